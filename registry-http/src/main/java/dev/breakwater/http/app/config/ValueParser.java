package dev.breakwater.http.app.config;

import dev.breakwater.http.server.TrustedProxies;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * From the text of a setting to its value.
 *
 * @param <T> what the program works with
 */
@FunctionalInterface
interface ValueParser<T> {
  Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  /** No letters but hexadecimal digits: a host name would be looked up. */
  Pattern NETWORK = Pattern.compile("([0-9.]+|[0-9A-Fa-f.:]*:[0-9A-Fa-f.:]*)/[0-9]{1,3}");

  Pattern SIZE = Pattern.compile("(\\d{1,12})(B|KiB|MiB|GiB)?");

  /**
   * @param text never empty
   * @throws InvalidValueException if the text is no such value
   */
  T parse(String text);

  static ValueParser<String> text() {
    return text -> text;
  }

  static ValueParser<Secret> secret(int minimumLength) {
    return text -> {
      if (text.strip().length() < minimumLength) {
        throw new InvalidValueException("at least " + minimumLength + " characters");
      }
      return new Secret(text);
    };
  }

  static ValueParser<Path> path() {
    return text -> {
      try {
        return Path.of(text);
      } catch (InvalidPathException e) {
        throw new InvalidValueException("a path");
      }
    };
  }

  /** Port 0 lets the system choose. */
  static ValueParser<Integer> port() {
    return number(0, 65_535);
  }

  static ValueParser<Integer> number(int minimum, int maximum) {
    return text -> {
      try {
        int number = Integer.parseInt(text);
        if (number >= minimum && number <= maximum) {
          return number;
        }
      } catch (NumberFormatException e) {
        // The same answer as for a number that is out of range.
      }
      throw new InvalidValueException("a whole number from " + minimum + " to " + maximum);
    };
  }

  static ValueParser<Boolean> flag() {
    return text ->
        switch (text) {
          case "true" -> true;
          case "false" -> false;
          default -> throw new InvalidValueException("true or false");
        };
  }

  static ValueParser<Duration> duration(Duration minimum, Duration maximum) {
    return text -> {
      Matcher matcher = DURATION.matcher(text);
      if (matcher.matches()) {
        Duration duration = duration(Long.parseLong(matcher.group(1)), matcher.group(2));
        if (duration.compareTo(minimum) >= 0 && duration.compareTo(maximum) <= 0) {
          return duration;
        }
      }
      throw new InvalidValueException(
          "a duration such as 30s, 15m, 24h or 7d, from " + show(minimum) + " to " + show(maximum));
    };
  }

  private static Duration duration(long amount, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private static String show(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds % 86_400 == 0 && seconds > 0
        ? seconds / 86_400 + "d"
        : seconds % 3600 == 0 && seconds > 0 ? seconds / 3600 + "h" : seconds + "s";
  }

  static ValueParser<Integer> size(int minimum, int maximum) {
    return text -> {
      Matcher matcher = SIZE.matcher(text);
      if (matcher.matches()) {
        long factor =
            switch (Optional.ofNullable(matcher.group(2)).orElse("B")) {
              case "KiB" -> 1L << 10;
              case "MiB" -> 1L << 20;
              case "GiB" -> 1L << 30;
              default -> 1L;
            };
        long number = Long.parseLong(matcher.group(1));
        if (number <= maximum / factor && number * factor >= minimum) {
          return (int) (number * factor);
        }
      }
      throw new InvalidValueException(
          "a size such as 256KiB or 1MiB, from " + minimum + " to " + maximum + " bytes");
    };
  }

  /** One of the constants, written in any case. */
  static <E extends Enum<E>> ValueParser<E> oneOf(Class<E> type) {
    E[] constants = type.getEnumConstants();
    String names =
        Arrays.stream(constants)
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    return text ->
        Arrays.stream(constants)
            .filter(constant -> constant.name().equalsIgnoreCase(text))
            .findFirst()
            .orElseThrow(() -> new InvalidValueException("one of " + names));
  }

  /** Values separated by commas. */
  static <T> ValueParser<List<T>> list(ValueParser<T> element) {
    return text ->
        Arrays.stream(text.split(","))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .map(element::parse)
            .toList();
  }

  /** An address range such as 10.0.0.0/8; a lone address is a range of one. */
  static ValueParser<String> network() {
    return text -> {
      String cidr = text.contains("/") ? text : text + (text.contains(":") ? "/128" : "/32");
      try {
        if (NETWORK.matcher(cidr).matches()) {
          TrustedProxies.of(List.of(cidr));
          return cidr;
        }
      } catch (IllegalArgumentException e) {
        // The same answer as for a text that has nothing of an address.
      }
      throw new InvalidValueException("address ranges such as 10.0.0.0/8, 192.168.1.1, ::1/128");
    };
  }

  /** An absolute http or https URL without a query; a slash at its end is dropped. */
  static ValueParser<URI> webAddress() {
    return text -> {
      String trimmed = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
      try {
        URI uri = new URI(trimmed);
        if (List.of("http", "https").contains(String.valueOf(uri.getScheme()))
            && uri.getHost() != null
            && uri.getUserInfo() == null
            && uri.getQuery() == null
            && uri.getFragment() == null) {
          return uri;
        }
      } catch (URISyntaxException e) {
        // The same answer as for a URL of another kind.
      }
      throw new InvalidValueException("a URL such as https://registry.example.com");
    };
  }

  /** An HTTP proxy, with user and password or without. */
  static ValueParser<URI> proxy() {
    return text -> {
      try {
        URI uri = new URI(text);
        if ("http".equals(uri.getScheme()) && uri.getHost() != null && uri.getQuery() == null) {
          return uri;
        }
      } catch (URISyntaxException e) {
        // The same answer as for a URL of another kind.
      }
      throw new InvalidValueException("a URL such as http://proxy:3128");
    };
  }

  /** Absent if the text is empty, which is how optional settings are switched off. */
  static <T> Function<String, Optional<T>> optional(ValueParser<T> parser) {
    return text -> text.isEmpty() ? Optional.empty() : Optional.of(parser.parse(text));
  }
}
