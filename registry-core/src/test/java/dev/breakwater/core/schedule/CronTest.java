package dev.breakwater.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.RegistryException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 0 * * * *      | 2026-01-01T10:20:30Z | 2026-01-01T11:00:00Z",
        "30 20 10 * * *   | 2026-01-01T10:20:30Z | 2026-01-02T10:20:30Z",
        "0 0 0 * * 0      | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z",
        "0 0 0 * * 7      | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z",
        "0 0 0 * * 1      | 2026-01-01T00:00:00Z | 2026-01-05T00:00:00Z",
        "0 0 0 ? * MON    | 2026-01-01T00:00:00Z | 2026-01-05T00:00:00Z",
        "0 0 0 29 2 *     | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z",
        "*/15 * * * * *   | 2026-01-01T00:00:01Z | 2026-01-01T00:00:15Z",
        "0 0 2 29 3 *     | 2026-03-28T12:00:00Z | 2026-03-29T02:00:00Z",
        "0 30 1-3,5 * * * | 2026-01-01T03:30:00Z | 2026-01-01T05:30:00Z",
      })
  void findsTheNextTimeInUtc(String cron, Instant after, Instant next) {
    assertThat(Cron.parse(cron).next(after)).hasValue(next);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "* * * * *",
        "* * * * * * *",
        "60 * * * * *",
        "0 60 * * * *",
        "0 0 24 * * *",
        "0 0 0 32 * *",
        "0 0 0 30 2 *",
        "0 0 0 * 13 *",
        "0 0 0 * * 8",
        "a b c d e f",
        "@daily",
        "0 0 0 * * *; DROP TABLE schedule",
        "-1 0 0 * * *",
      })
  void refusesWhatIsNoTime(String cron) {
    assertThatThrownBy(() -> Cron.parse(cron))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("cron expression");
  }

  @Test
  void refusesLongTexts() {
    assertThatThrownBy(() -> Cron.parse("0 ".repeat(1000))).isInstanceOf(RegistryException.class);
  }

  @Test
  void knowsTheUsualTimesOfEachType() {
    Instant after = Instant.parse("2026-01-01T10:20:30Z");

    assertThat(ScheduleType.HOURLY.cron("").next(after))
        .hasValue(Instant.parse("2026-01-01T11:00:00Z"));
    assertThat(ScheduleType.DAILY.cron("").next(after))
        .hasValue(Instant.parse("2026-01-02T00:00:00Z"));
    assertThat(ScheduleType.WEEKLY.cron("").next(after))
        .hasValue(Instant.parse("2026-01-04T00:00:00Z"));
    assertThatThrownBy(() -> ScheduleType.CUSTOM.cron("")).isInstanceOf(RegistryException.class);
  }
}
