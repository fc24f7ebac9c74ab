package dev.breakwater.core.schedule;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How often something begins by itself, by Harbor's words. */
public enum ScheduleType {
  HOURLY("0 0 * * * *"),
  DAILY("0 0 0 * * *"),
  WEEKLY("0 0 0 * * 0"),
  CUSTOM(""),
  /** Once, now. */
  MANUAL(""),
  /** Never. */
  NONE("");

  private final String usual;

  ScheduleType(String usual) {
    this.usual = usual;
  }

  /** The word in rows and in the management API, such as {@code Hourly}. */
  public String label() {
    return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
  }

  /**
   * When it runs.
   *
   * @param given the client's expression; empty: the usual one of this type
   * @throws RegistryException BAD_REQUEST if it is malformed, or missing where it is needed
   */
  public Cron cron(String given) {
    return Cron.parse(given.isBlank() ? usual : given);
  }

  /** Whether it is neither now nor never. */
  public boolean repeats() {
    return this != MANUAL && this != NONE;
  }

  /**
   * @throws RegistryException BAD_REQUEST for a word that is none
   */
  public static ScheduleType parse(String label) {
    return Arrays.stream(values())
        .filter(type -> type.label().equals(label))
        .findFirst()
        .orElseThrow(() ->
            new RegistryException(
                ErrorCode.BAD_REQUEST,
                "the type of the schedule is '"
                    + Printable.shorten(label)
                    + "'; possible are "
                    + Arrays.stream(values())
                        .map(ScheduleType::label)
                        .collect(Collectors.joining(", "))));
  }
}
