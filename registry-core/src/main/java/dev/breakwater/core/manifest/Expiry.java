package dev.breakwater.core.manifest;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** Reads after which time an artifact wants to be deleted. */
final class Expiry {
  /** On the manifest: a whole number and one of {@code s m h d w}, such as {@code 14d}. */
  static final String ANNOTATION = "dev.breakwater.expires-after";

  private static final int MAX_DIGITS = 9;

  private Expiry() {}

  /**
   * @throws RegistryException MANIFEST_INVALID if the annotation is no length of time
   */
  static Optional<Instant> of(Map<String, String> annotations, Instant now) {
    String text = annotations.get(ANNOTATION);
    if (text == null) {
      return Optional.empty();
    }
    try {
      Duration after = duration(text);
      return after.isPositive() ? Optional.of(now.plus(after)) : refuse(text);
    } catch (DateTimeException | ArithmeticException e) {
      return refuse(text);
    }
  }

  private static Duration duration(String text) {
    int digits = text.length() - 1;
    boolean shaped =
        digits >= 1
            && digits <= MAX_DIGITS
            && text.substring(0, digits).chars().allMatch(c -> c >= '0' && c <= '9');
    if (!shaped) {
      return Duration.ZERO;
    }
    long count = Long.parseLong(text.substring(0, digits));
    return switch (text.charAt(digits)) {
      case 's' -> Duration.ofSeconds(count);
      case 'm' -> Duration.ofMinutes(count);
      case 'h' -> Duration.ofHours(count);
      case 'd' -> Duration.ofDays(count);
      case 'w' -> Duration.of(Math.multiplyExact(count, 7L), ChronoUnit.DAYS);
      default -> Duration.ZERO;
    };
  }

  private static Optional<Instant> refuse(String text) {
    throw new RegistryException(
        ErrorCode.MANIFEST_INVALID,
        "the manifest's annotation "
            + ANNOTATION
            + " is '"
            + Printable.shorten(text)
            + "'; expected a number and one of s, m, h, d, w, such as 14d");
  }
}
