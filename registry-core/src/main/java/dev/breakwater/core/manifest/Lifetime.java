package dev.breakwater.core.manifest;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long an artifact lives: a whole number and one of {@code s m h d w}, such as {@code 14d}.
 *
 * @param text as it was written
 */
public record Lifetime(String text, Duration duration) {
  private static final int MAX_DIGITS = 9;

  /** Beyond it nobody keeps anything, and no time can be kept. */
  private static final Duration LONGEST = Duration.ofDays(365_000);

  /** Empty for what is no such length of time, or none above zero. */
  static Optional<Lifetime> find(String text) {
    int digits = text.length() - 1;
    boolean shaped =
        digits >= 1
            && digits <= MAX_DIGITS
            && text.substring(0, digits).chars().allMatch(c -> c >= '0' && c <= '9');
    if (!shaped) {
      return Optional.empty();
    }
    long count = Long.parseLong(text.substring(0, digits));
    Duration duration =
        switch (text.charAt(digits)) {
          case 's' -> Duration.ofSeconds(count);
          case 'm' -> Duration.ofMinutes(count);
          case 'h' -> Duration.ofHours(count);
          case 'd' -> Duration.ofDays(count);
          case 'w' -> Duration.ofDays(count * 7);
          default -> Duration.ZERO;
        };
    return duration.isPositive() && duration.compareTo(LONGEST) <= 0
        ? Optional.of(new Lifetime(text, duration))
        : Optional.empty();
  }

  /**
   * @throws RegistryException BAD_REQUEST for what is none
   */
  public static Lifetime parse(String text) {
    return find(text)
        .orElseThrow(() ->
            new RegistryException(
                ErrorCode.BAD_REQUEST,
                "'"
                    + Printable.shorten(text)
                    + "' is no length of time; expected a number above 0 and one of s, m, h, d, w,"
                    + " such as 14d, and at most 1000 years"));
  }

  Instant after(Instant begin) {
    return begin.plus(duration);
  }
}
