package dev.breakwater.core.schedule;

import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Certain times of UTC: six fields, which are second, minute, hour, day of the month, month and day
 * of the week (0 and 7 are Sunday). A question mark is an asterisk.
 */
public final class Cron {
  private static final int MAX_LENGTH = 256;

  private static final CronDefinition FIELDS =
      CronDefinitionBuilder.defineCron()
          .withSeconds()
          .and()
          .withMinutes()
          .and()
          .withHours()
          .and()
          .withDayOfMonth()
          .and()
          .withMonth()
          .and()
          .withDayOfWeek()
          .withValidRange(0, 7)
          .withMondayDoWValue(1)
          .withIntMapping(7, 0)
          .and()
          .instance();

  private final String text;
  private final ExecutionTime times;

  private Cron(String text, ExecutionTime times) {
    this.text = text;
    this.times = times;
  }

  /**
   * @throws RegistryException BAD_REQUEST when the text is no such expression, or its times never
   *     come
   */
  public static Cron parse(String text) {
    String clean = text.strip();
    if (clean.length() > MAX_LENGTH) {
      throw malformed(clean, "it is too long");
    }
    try {
      Cron cron =
          new Cron(
              clean, ExecutionTime.forCron(new CronParser(FIELDS).parse(clean.replace('?', '*'))));
      if (cron.next(Instant.EPOCH).isEmpty()) {
        throw malformed(clean, "there is no such time");
      }
      return cron;
    } catch (IllegalArgumentException e) {
      throw malformed(clean, String.valueOf(e.getMessage()));
    }
  }

  private static RegistryException malformed(String text, String reason) {
    return new RegistryException(
        ErrorCode.BAD_REQUEST,
        "the cron expression '"
            + Printable.shorten(text)
            + "' cannot be used ("
            + Printable.shorten(reason)
            + "); it has six fields: second, minute, hour, day, month, day of the week, as in"
            + " '0 0 3 * * *'");
  }

  /** The first time after this one; empty if there is none any more. */
  public Optional<Instant> next(Instant after) {
    return times.nextExecution(after.atZone(ZoneOffset.UTC)).map(time -> time.toInstant());
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
