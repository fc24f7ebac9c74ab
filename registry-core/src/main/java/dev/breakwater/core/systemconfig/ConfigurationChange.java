package dev.breakwater.core.systemconfig;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.systemconfig.ConfigurationItem.Kind;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * New values of some settings, each of them valid.
 *
 * @param values as text
 */
public record ConfigurationChange(Map<ConfigurationItem, String> values) {
  /** Harbor's fourth way to log in, which is not offered: clients send these along empty. */
  private static final Set<String> UAA =
      Set.of("uaa_client_id", "uaa_client_secret", "uaa_endpoint", "uaa_verify_cert");

  public ConfigurationChange {
    EnumMap<ConfigurationItem, String> copy = new EnumMap<>(ConfigurationItem.class);
    copy.putAll(values);
    values = Collections.unmodifiableMap(copy);
  }

  /**
   * Reads an object of the settings' names and values; {@code null} leaves a setting as it is. What
   * is no setting is not looked at: clients send along what other versions know.
   *
   * @throws RegistryException BAD_REQUEST that names the first setting that is wrong
   */
  public static ConfigurationChange parse(JsonValue body) {
    Map<ConfigurationItem, String> values = new EnumMap<>(ConfigurationItem.class);
    body.members()
        .forEach((key, value) -> {
          if (!value.isAbsent() && !isUnusedUaa(key, value)) {
            ConfigurationItem.find(key).ifPresent(item -> values.put(item, parse(item, value)));
          }
        });
    return new ConfigurationChange(values);
  }

  /**
   * The value of one setting, as text.
   *
   * @throws RegistryException BAD_REQUEST
   */
  public static String parse(ConfigurationItem item, JsonValue value) {
    return check(item, text(item, value));
  }

  /**
   * The same from a text, as an environment variable has it.
   *
   * @throws RegistryException BAD_REQUEST
   */
  public static String parse(ConfigurationItem item, String text) {
    if (item.kind() == Kind.FLAG && !text.equals("true") && !text.equals("false")) {
      throw wrong(item, "true or false");
    }
    return check(item, text);
  }

  /** The names, in their usual order. */
  public String names() {
    return values.keySet().stream().map(ConfigurationItem::key).collect(Collectors.joining(", "));
  }

  private static String check(ConfigurationItem item, String text) {
    if (item == ConfigurationItem.AUTH_MODE && text.equals("uaa_auth")) {
      throw bad("auth_mode uaa_auth is not offered; use db_auth, ldap_auth, oidc_auth, http_auth");
    }
    item.rule()
        .mistake(text)
        .ifPresent(expected -> {
          throw wrong(item, expected);
        });
    return text;
  }

  private static String text(ConfigurationItem item, JsonValue value) {
    return switch (item.kind()) {
      case TEXT, SECRET -> value.text().orElseThrow(() -> wrong(item, "a text"));
      case FLAG ->
          value.bool().map(String::valueOf).orElseThrow(() -> wrong(item, "true or false"));
      case NUMBER ->
          Long.toString(value.wholeNumber().orElseThrow(() -> wrong(item, "a whole number")));
    };
  }

  private static boolean isUnusedUaa(String key, JsonValue value) {
    if (!UAA.contains(key)) {
      return false;
    }
    if (value.text().map(String::isEmpty).orElse(false)
        || value.bool().equals(Optional.of(false))) {
      return true;
    }
    throw bad("there is no setting '" + key + "' here");
  }

  /** Without the value: some are secret. */
  private static RegistryException wrong(ConfigurationItem item, String expected) {
    return bad("the value of " + item.key() + " must be " + expected);
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }

  /** Without the values: some are secret, and this may end up in a log. */
  @Override
  public String toString() {
    return "ConfigurationChange[" + names() + "]";
  }
}
