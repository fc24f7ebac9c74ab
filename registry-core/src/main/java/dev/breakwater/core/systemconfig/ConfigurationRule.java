package dev.breakwater.core.systemconfig;

import dev.breakwater.core.event.EventType;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonException;
import dev.breakwater.core.json.JsonValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/** What a setting's text must be. */
sealed interface ConfigurationRule {
  /** Longer texts are no names, filters or addresses. */
  int MAX_LENGTH = 4096;

  /** RFC 4512, 2.5: a name or a numeric object identifier. */
  Pattern ATTRIBUTE = Pattern.compile("[A-Za-z][A-Za-z0-9-]*|[0-9]+(\\.[0-9]+)+");

  Pattern SCOPES = Pattern.compile("[\\x21\\x23-\\x2B\\x2D-\\x5B\\x5D-\\x7E, ]*");
  Pattern ROBOT_PREFIX = Pattern.compile("[a-z0-9._$+-]{1,32}");

  /** Empty if the text is right, else what it must be. */
  Optional<String> mistake(String text);

  /** Only this value is possible so far. */
  record Only(String value) implements ConfigurationRule {
    @Override
    public Optional<String> mistake(String text) {
      return text.equals(value)
          ? Optional.empty()
          : Optional.of("'" + value + "', for what it controls is not here yet");
    }
  }

  /**
   * @param expected what it must be, for people
   */
  record Matching(Predicate<String> test, String expected) implements ConfigurationRule {
    @Override
    public Optional<String> mistake(String text) {
      return test.test(text) ? Optional.empty() : Optional.of(expected);
    }
  }

  static ConfigurationRule only(String value) {
    return new Only(value);
  }

  static ConfigurationRule anything() {
    return new Matching(
        ConfigurationRule::isPlain,
        "a text of " + MAX_LENGTH + " characters at most, without control characters");
  }

  static ConfigurationRule lines(int maximum) {
    return new Matching(
        text -> text.length() <= maximum && text.indexOf('\0') < 0,
        "a text of " + maximum + " characters at most");
  }

  static ConfigurationRule oneOf(String... words) {
    return new Matching(List.of(words)::contains, "one of " + String.join(", ", words));
  }

  static ConfigurationRule between(long minimum, long maximum) {
    return new Matching(
        text -> {
          try {
            long number = Long.parseLong(text);
            return number >= minimum && number <= maximum;
          } catch (NumberFormatException e) {
            return false;
          }
        },
        "a whole number from " + minimum + " to " + maximum);
  }

  static ConfigurationRule days() {
    return new Matching(
        text -> text.equals("-1") || between(1, 36_500).mistake(text).isEmpty(),
        "a number of days from 1 to 36500, or -1 for ever");
  }

  static ConfigurationRule bytes() {
    return new Matching(
        text -> text.equals("-1") || between(1, Long.MAX_VALUE).mistake(text).isEmpty(),
        "a number of bytes above 0, or -1 for no limit");
  }

  /** Compiled here only, never matched: whoever uses it does so in linear time. */
  static ConfigurationRule expression() {
    return new Matching(ConfigurationRule::isExpression, "a regular expression of RE2, or empty");
  }

  static ConfigurationRule attribute() {
    return new Matching(
        text -> isPlain(text) && ATTRIBUTE.matcher(text).matches(),
        "the name of an attribute, such as uid");
  }

  static ConfigurationRule attributeOrNone() {
    return new Matching(
        text -> text.isEmpty() || (isPlain(text) && ATTRIBUTE.matcher(text).matches()),
        "the name of an attribute, such as cn, or empty");
  }

  static ConfigurationRule scopes() {
    return new Matching(
        text -> isPlain(text) && SCOPES.matcher(text).matches(),
        "names of scopes, separated by commas");
  }

  static ConfigurationRule robotPrefix() {
    return new Matching(
        text -> text.length() <= 32 && ROBOT_PREFIX.matcher(text).matches(),
        "1 to 32 lower-case letters, digits and . _ $ + -");
  }

  /** Empty, or a URL of the web that names a host and holds no password. */
  static ConfigurationRule webAddress() {
    return new Matching(
        text -> text.isEmpty() || isAddress(text, List.of("http", "https")),
        "a URL such as https://login.example.com, without a user in it");
  }

  /** Empty, or where a directory is. The scheme may be left out, as Harbor's clients do. */
  static ConfigurationRule ldapAddress() {
    return new Matching(
        text ->
            text.isEmpty()
                || isAddress(
                    text.contains("://") ? text : "ldap://" + text, List.of("ldap", "ldaps")),
        "a URL such as ldaps://directory.example.com:636");
  }

  /** Empty, or where log messages go; the scheme may be left out. */
  static ConfigurationRule logReceiver() {
    return new Matching(
        text ->
            text.isEmpty()
                || (isAddress(text.contains("://") ? text : "tcp://" + text, List.of("tcp", "tls"))
                    && text.indexOf('/', Math.max(0, text.indexOf("://") + 3)) < 0),
        "empty or an address such as tcp://logs.example.com:514 or tls://logs.example.com:6514");
  }

  /** Empty, or labels of event types with commas between them. */
  static ConfigurationRule eventTypes() {
    Set<String> known =
        Arrays.stream(EventType.values()).map(EventType::label).collect(Collectors.toSet());
    return new Matching(
        text ->
            text.isBlank()
                || Arrays.stream(text.split(",", -1)).map(String::strip).allMatch(known::contains),
        "a list of event types with commas, as GET /auditlog-exts/events has them");
  }

  static ConfigurationRule textMap() {
    return new Matching(
        ConfigurationRule::isTextMap, "a JSON object of texts, such as {\"prompt\":\"login\"}");
  }

  private static boolean isPlain(String text) {
    return text.length() <= MAX_LENGTH && text.chars().noneMatch(Character::isISOControl);
  }

  private static boolean isExpression(String text) {
    try {
      Pattern compiled = Pattern.compile(text);
      return isPlain(text) && compiled.pattern().equals(text);
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  private static boolean isAddress(String text, List<String> schemes) {
    if (!isPlain(text)) {
      return false;
    }
    try {
      URI uri = new URI(text);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      return schemes.contains(scheme)
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isTextMap(String text) {
    if (text.isEmpty()) {
      return true;
    }
    if (text.length() > MAX_LENGTH) {
      return false;
    }
    try {
      JsonValue value = Json.parse(text.getBytes(StandardCharsets.UTF_8));
      return value.isObject()
          && value.members().values().stream().allMatch(member -> member.text().isPresent());
    } catch (JsonException e) {
      return false;
    }
  }
}
