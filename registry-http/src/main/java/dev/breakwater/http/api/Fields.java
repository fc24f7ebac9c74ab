package dev.breakwater.http.api;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import java.util.List;
import java.util.Optional;

/** Members of a JSON object by their type; a member of another type is refused by its name. */
public final class Fields {
  private Fields() {}

  /** Empty when it is missing. */
  public static String text(JsonValue object, String name) {
    return optionalText(object, name).orElse("");
  }

  public static Optional<String> optionalText(JsonValue object, String name) {
    JsonValue value = object.get(name);
    return value.isAbsent()
        ? Optional.empty()
        : Optional.of(value.text().orElseThrow(() -> wrong(name, "a text")));
  }

  public static Optional<Boolean> flag(JsonValue object, String name) {
    JsonValue value = object.get(name);
    return value.isAbsent()
        ? Optional.empty()
        : Optional.of(value.bool().orElseThrow(() -> wrong(name, "true or false")));
  }

  public static Optional<Long> number(JsonValue object, String name) {
    JsonValue value = object.get(name);
    return value.isAbsent()
        ? Optional.empty()
        : Optional.of(value.wholeNumber().orElseThrow(() -> wrong(name, "a whole number")));
  }

  /** No elements when it is missing. */
  public static List<JsonValue> list(JsonValue object, String name) {
    JsonValue value = object.get(name);
    if (!value.isAbsent() && !value.isArray()) {
      throw wrong(name, "a list");
    }
    return value.elements();
  }

  /** The same, of objects alone. */
  public static List<JsonValue> objects(JsonValue object, String name) {
    List<JsonValue> elements = list(object, name);
    if (!elements.stream().allMatch(JsonValue::isObject)) {
      throw wrong(name, "a list of objects");
    }
    return elements;
  }

  /** An absent value when it is missing. */
  public static JsonValue object(JsonValue object, String name) {
    JsonValue value = object.get(name);
    if (!value.isAbsent() && !value.isObject()) {
      throw wrong(name, "an object");
    }
    return value;
  }

  private static RegistryException wrong(String name, String expected) {
    return new RegistryException(ErrorCode.BAD_REQUEST, name + " must be " + expected);
  }
}
