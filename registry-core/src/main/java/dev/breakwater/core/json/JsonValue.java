package dev.breakwater.core.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A parsed JSON value. A member that is missing or {@code null} is an absent value. */
public final class JsonValue {
  private final JsonNode node;

  JsonValue(JsonNode node) {
    this.node = node;
  }

  /** The member of an object; absent when this is no object or has no such member. */
  public JsonValue get(String member) {
    return new JsonValue(node.path(member));
  }

  public boolean isAbsent() {
    return node.isMissingNode() || node.isNull();
  }

  public boolean isObject() {
    return node.isObject();
  }

  public boolean isArray() {
    return node.isArray();
  }

  /** The number of elements or members; 0 for everything else. */
  public int size() {
    return node.size();
  }

  /** Empty when this is not a string. */
  public Optional<String> text() {
    return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
  }

  /** Empty when this is not a whole number that fits. */
  public OptionalLong wholeNumber() {
    return node.isIntegralNumber() && node.canConvertToLong()
        ? OptionalLong.of(node.longValue())
        : OptionalLong.empty();
  }

  /** Empty when this is neither true nor false. */
  public Optional<Boolean> bool() {
    return node.isBoolean() ? Optional.of(node.booleanValue()) : Optional.empty();
  }

  /** The elements of an array, none for everything else. */
  public List<JsonValue> elements() {
    if (!node.isArray()) {
      return List.of();
    }
    List<JsonValue> elements = new ArrayList<>(node.size());
    for (JsonNode element : node) {
      elements.add(new JsonValue(element));
    }
    return elements;
  }

  /** The members of an object in their order, none for everything else. */
  public Map<String, JsonValue> members() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    node.properties()
        .forEach(entry -> members.put(entry.getKey(), new JsonValue(entry.getValue())));
    return members;
  }

  /** For the JSON library alone: values can be written again. */
  @com.fasterxml.jackson.annotation.JsonValue
  JsonNode node() {
    return node;
  }

  /** The members of an object as plain texts, numbers, flags, lists and maps; no nulls. */
  public Map<String, Object> toMap() {
    Map<String, Object> plain = new LinkedHashMap<>();
    members()
        .forEach((name, value) -> {
          if (!value.isAbsent()) {
            plain.put(name, value.plain());
          }
        });
    return plain;
  }

  private Object plain() {
    return switch (node.getNodeType()) {
      case OBJECT -> toMap();
      case ARRAY ->
          elements().stream().filter(each -> !each.isAbsent()).map(JsonValue::plain).toList();
      case NUMBER -> node.numberValue();
      case BOOLEAN -> node.booleanValue();
      case STRING, BINARY, MISSING, NULL, POJO -> node.asText();
    };
  }

  /** The value as JSON. */
  @Override
  public String toString() {
    return node.toString();
  }
}
