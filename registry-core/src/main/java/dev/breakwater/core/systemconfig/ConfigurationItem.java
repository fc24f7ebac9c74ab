package dev.breakwater.core.systemconfig;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The settings, by the names that the management API has for them. */
public enum ConfigurationItem {
  AUTH_MODE(Kind.TEXT, "db_auth"),
  PRIMARY_AUTH_MODE(Kind.FLAG, "false"),
  PROJECT_CREATION_RESTRICTION(Kind.TEXT, "everyone"),
  READ_ONLY(Kind.FLAG, "false"),
  SELF_REGISTRATION(Kind.FLAG, "false"),
  TOKEN_EXPIRATION(Kind.NUMBER, "30"),
  ROBOT_TOKEN_DURATION(Kind.NUMBER, "30"),
  ROBOT_NAME_PREFIX(Kind.TEXT, "robot$"),
  SESSION_TIMEOUT(Kind.NUMBER, "60"),
  BANNER_MESSAGE(Kind.TEXT, "");

  /** What the values are. */
  public enum Kind {
    TEXT,
    FLAG,
    NUMBER,
    /** A text that is sealed at rest and never shown. */
    SECRET
  }

  private static final Map<String, ConfigurationItem> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ConfigurationItem::key, i -> i));

  private final Kind kind;
  private final String fallback;

  ConfigurationItem(Kind kind, String fallback) {
    this.kind = kind;
    this.fallback = fallback;
  }

  /** The name in the management API, such as {@code auth_mode}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  public Kind kind() {
    return kind;
  }

  /** What counts when nothing is set, as text. */
  public String fallback() {
    return fallback;
  }

  public static Optional<ConfigurationItem> find(String key) {
    return Optional.ofNullable(BY_NAME.get(key));
  }
}
