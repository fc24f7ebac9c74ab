package dev.breakwater.core.systemconfig;

import static dev.breakwater.core.systemconfig.ConfigurationRule.anything;
import static dev.breakwater.core.systemconfig.ConfigurationRule.between;
import static dev.breakwater.core.systemconfig.ConfigurationRule.ldapAddress;
import static dev.breakwater.core.systemconfig.ConfigurationRule.lines;
import static dev.breakwater.core.systemconfig.ConfigurationRule.oneOf;
import static dev.breakwater.core.systemconfig.ConfigurationRule.only;
import static dev.breakwater.core.systemconfig.ConfigurationRule.robotPrefix;
import static dev.breakwater.core.systemconfig.ConfigurationRule.textMap;
import static dev.breakwater.core.systemconfig.ConfigurationRule.webAddress;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The settings, by the names that the management API has for them.
 *
 * <p>Those whose rule is {@link ConfigurationRule#only} belong to features that are not here yet.
 * They are shown, as clients expect them, but cannot be changed: a setting that is kept and not
 * applied would be worse than one that is refused.
 */
public enum ConfigurationItem {
  AUTH_MODE(Kind.TEXT, "db_auth", oneOf("db_auth", "ldap_auth", "oidc_auth", "http_auth")),
  PRIMARY_AUTH_MODE(Kind.FLAG, "false"),
  PROJECT_CREATION_RESTRICTION(Kind.TEXT, "everyone", oneOf("everyone", "adminonly")),
  READ_ONLY(Kind.FLAG, "false"),
  SELF_REGISTRATION(Kind.FLAG, "false"),
  /** Minutes. */
  TOKEN_EXPIRATION(Kind.NUMBER, "30", between(1, 1440)),
  /** Days; -1: for ever. */
  ROBOT_TOKEN_DURATION(Kind.NUMBER, "30", ConfigurationRule.days()),
  ROBOT_NAME_PREFIX(Kind.TEXT, "robot$", robotPrefix()),
  /** Minutes. */
  SESSION_TIMEOUT(Kind.NUMBER, "60", between(1, 525_600)),
  BANNER_MESSAGE(Kind.TEXT, "", lines(4096)),
  NOTIFICATION_ENABLE(Kind.FLAG, "false", only("false")),
  AUDIT_LOG_FORWARD_ENDPOINT(Kind.TEXT, "", ConfigurationRule.logReceiver()),
  SKIP_AUDIT_LOG_DATABASE(Kind.FLAG, "false"),
  PULL_AUDIT_LOG_DISABLE(Kind.FLAG, "false"),
  PULL_COUNT_UPDATE_DISABLE(Kind.FLAG, "false"),
  PULL_TIME_UPDATE_DISABLE(Kind.FLAG, "false"),
  SCANNER_SKIP_UPDATE_PULLTIME(Kind.FLAG, "false", only("false")),
  DISABLED_AUDIT_LOG_EVENT_TYPES(Kind.TEXT, "", ConfigurationRule.eventTypes()),

  LDAP_URL(Kind.TEXT, "", ldapAddress()),
  LDAP_SEARCH_DN(Kind.TEXT, ""),
  LDAP_SEARCH_PASSWORD(Kind.SECRET, ""),
  LDAP_BASE_DN(Kind.TEXT, ""),
  LDAP_FILTER(Kind.TEXT, ""),
  LDAP_UID(Kind.TEXT, "cn", ConfigurationRule.attribute()),
  /** 0: the base alone, 1: one level, 2: everything below. */
  LDAP_SCOPE(Kind.NUMBER, "2", between(0, 2)),
  /** Seconds. */
  LDAP_TIMEOUT(Kind.NUMBER, "5", between(1, 60)),
  LDAP_VERIFY_CERT(Kind.FLAG, "true"),
  LDAP_GROUP_MEMBERSHIP_ATTRIBUTE(Kind.TEXT, "memberof", ConfigurationRule.attribute()),
  LDAP_GROUP_ATTACH_PARALLEL(Kind.FLAG, "false"),
  LDAP_GROUP_BASE_DN(Kind.TEXT, ""),
  LDAP_GROUP_ADMIN_DN(Kind.TEXT, ""),
  LDAP_GROUP_ATTRIBUTE_NAME(Kind.TEXT, "", ConfigurationRule.attributeOrNone()),
  LDAP_GROUP_SEARCH_FILTER(Kind.TEXT, ""),
  LDAP_GROUP_SEARCH_SCOPE(Kind.NUMBER, "2", between(0, 2)),

  HTTP_AUTHPROXY_ENDPOINT(Kind.TEXT, "", webAddress()),
  HTTP_AUTHPROXY_TOKENREVIEW_ENDPOINT(Kind.TEXT, "", webAddress()),
  HTTP_AUTHPROXY_ADMIN_GROUPS(Kind.TEXT, ""),
  HTTP_AUTHPROXY_ADMIN_USERNAMES(Kind.TEXT, ""),
  HTTP_AUTHPROXY_VERIFY_CERT(Kind.FLAG, "true"),
  HTTP_AUTHPROXY_SKIP_SEARCH(Kind.FLAG, "false"),
  HTTP_AUTHPROXY_SERVER_CERTIFICATE(Kind.TEXT, "", lines(32 * 1024)),

  OIDC_NAME(Kind.TEXT, ""),
  OIDC_ENDPOINT(Kind.TEXT, "", webAddress()),
  OIDC_CLIENT_ID(Kind.TEXT, ""),
  OIDC_CLIENT_SECRET(Kind.SECRET, ""),
  OIDC_GROUPS_CLAIM(Kind.TEXT, ""),
  OIDC_ADMIN_GROUP(Kind.TEXT, ""),
  OIDC_GROUP_FILTER(Kind.TEXT, "", ConfigurationRule.expression()),
  OIDC_SCOPE(Kind.TEXT, "", ConfigurationRule.scopes()),
  OIDC_USER_CLAIM(Kind.TEXT, ""),
  OIDC_VERIFY_CERT(Kind.FLAG, "true"),
  OIDC_AUTO_ONBOARD(Kind.FLAG, "false"),
  /** A JSON object of texts, as text. */
  OIDC_EXTRA_REDIRECT_PARMS(Kind.TEXT, "{}", textMap()),
  OIDC_LOGOUT(Kind.FLAG, "false"),

  /** Whether limits of projects count. */
  QUOTA_PER_PROJECT_ENABLE(Kind.FLAG, "true"),
  /** Bytes; -1: as many as one likes. */
  STORAGE_PER_PROJECT(Kind.NUMBER, "-1", ConfigurationRule.bytes());

  /** What the values are. */
  public enum Kind {
    TEXT,
    FLAG,
    NUMBER,
    /** A text that is sealed at rest and never shown. */
    SECRET
  }

  private static final Map<String, ConfigurationItem> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(ConfigurationItem::key, item -> item));

  private final Kind kind;
  private final String fallback;
  private final ConfigurationRule rule;

  ConfigurationItem(Kind kind, String fallback) {
    this(kind, fallback, anything());
  }

  ConfigurationItem(Kind kind, String fallback, ConfigurationRule rule) {
    this.kind = kind;
    this.fallback = fallback;
    this.rule = rule;
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

  /** Whether the list of settings shows it: Harbor's has some that can only be written. */
  boolean listed() {
    return kind != Kind.SECRET
        && this != PULL_AUDIT_LOG_DISABLE
        && this != PULL_COUNT_UPDATE_DISABLE
        && this != PULL_TIME_UPDATE_DISABLE;
  }

  /** Whether it could be changed at all. */
  public boolean changeable() {
    return !(rule instanceof ConfigurationRule.Only);
  }

  ConfigurationRule rule() {
    return rule;
  }

  public static Optional<ConfigurationItem> find(String key) {
    return Optional.ofNullable(BY_NAME.get(key));
  }
}
