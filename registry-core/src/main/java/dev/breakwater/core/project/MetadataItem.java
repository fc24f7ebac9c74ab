package dev.breakwater.core.project;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What can be set for a project, by the names of the management API. All values are texts. */
public enum MetadataItem {
  PUBLIC(Kind.FLAG),
  ENABLE_CONTENT_TRUST(Kind.FLAG),
  ENABLE_CONTENT_TRUST_COSIGN(Kind.FLAG),
  PREVENT_VUL(Kind.FLAG),
  SEVERITY(Kind.SEVERITY),
  AUTO_SCAN(Kind.FLAG),
  AUTO_SBOM_GENERATION(Kind.FLAG),
  REUSE_SYS_CVE_ALLOWLIST(Kind.FLAG),
  RETENTION_ID(Kind.NUMBER),
  PROXY_SPEED_KB(Kind.NUMBER),
  MAX_UPSTREAM_CONN(Kind.NUMBER),
  PROXY_CACHE_LOCAL_ON_NOT_FOUND(Kind.FLAG),
  PROXY_REFERRER_API(Kind.FLAG),
  PROXY_CACHE_FILTER_PATTERN(Kind.TEXT),
  PROXY_CACHE_FILTER_KIND(Kind.PATTERN_KIND);

  private static final int MAX_TEXT = 255;
  private static final Set<String> SEVERITIES = Set.of("none", "low", "medium", "high", "critical");
  private static final Set<String> PATTERN_KINDS = Set.of("doublestar", "regex");
  private static final Set<String> TRUE = Set.of("true", "1", "t");
  private static final Set<String> FALSE = Set.of("false", "0", "f");

  private static final Map<String, MetadataItem> BY_LABEL =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(MetadataItem::label, i -> i));

  private final Kind kind;

  MetadataItem(Kind kind) {
    this.kind = kind;
  }

  /** The name in the management API, such as {@code auto_scan}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<MetadataItem> find(String label) {
    return Optional.ofNullable(BY_LABEL.get(label));
  }

  /**
   * The item of this name.
   *
   * @throws RegistryException BAD_REQUEST when there is none
   */
  public static MetadataItem parse(String label) {
    return find(label)
        .orElseThrow(() ->
            new RegistryException(
                ErrorCode.BAD_REQUEST,
                "there is no metadata item '" + Printable.shorten(label) + "'"));
  }

  /** Whether it says something of a proxy cache only, and nothing of any other project. */
  public boolean isOfProxyCache() {
    return this == PROXY_SPEED_KB
        || this == MAX_UPSTREAM_CONN
        || this == PROXY_CACHE_LOCAL_ON_NOT_FOUND
        || this == PROXY_REFERRER_API
        || this == PROXY_CACHE_FILTER_PATTERN
        || this == PROXY_CACHE_FILTER_KIND;
  }

  /**
   * The value in the form in which it is kept.
   *
   * @throws RegistryException BAD_REQUEST when it is none
   */
  public String read(String value) {
    String folded = value.strip().toLowerCase(Locale.ROOT);
    return switch (kind) {
      case FLAG -> flag(folded, value);
      case NUMBER -> number(folded, value);
      case SEVERITY -> oneOf(SEVERITIES, folded, value);
      case PATTERN_KIND -> oneOf(PATTERN_KINDS, folded, value);
      case TEXT -> {
        if (value.length() > MAX_TEXT || value.indexOf('\0') >= 0) {
          throw invalid(value, "a text of at most " + MAX_TEXT + " characters");
        }
        yield value;
      }
    };
  }

  private String flag(String folded, String value) {
    if (!TRUE.contains(folded) && !FALSE.contains(folded)) {
      throw invalid(value, "\"true\" or \"false\"");
    }
    return Boolean.toString(TRUE.contains(folded));
  }

  private String number(String folded, String value) {
    try {
      long number = Long.parseLong(folded);
      if (number >= -1) {
        return Long.toString(number);
      }
    } catch (NumberFormatException e) {
      // The same answer as for a number that is out of range.
    }
    throw invalid(value, "a whole number, -1 or more");
  }

  private String oneOf(Set<String> allowed, String folded, String value) {
    if (!allowed.contains(folded)) {
      throw invalid(value, "one of " + String.join(", ", allowed.stream().sorted().toList()));
    }
    return folded;
  }

  private RegistryException invalid(String value, String expected) {
    return new RegistryException(
        ErrorCode.BAD_REQUEST,
        label() + " is '" + Printable.shorten(value) + "'; it must be " + expected);
  }

  private enum Kind {
    FLAG,
    NUMBER,
    SEVERITY,
    PATTERN_KIND,
    TEXT
  }
}
