package dev.breakwater.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ApiAnswersTest {
  @ParameterizedTest
  @CsvSource({
    "2026-11-27T09:05:03.020999Z, 2026-11-27T09:05:03.020Z",
    "2026-12-31T23:59:59.999999Z, 2026-12-31T23:59:59.999Z",
    "2000-01-01T00:00:00Z, 2000-01-01T00:00:00.000Z",
    "1969-12-31T23:59:59.100Z, 1969-12-31T23:59:59.100Z",
    "0001-02-03T04:05:06.007Z, 0001-02-03T04:05:06.007Z",
    "9999-12-31T23:59:59Z, 9999-12-31T23:59:59.000Z"
  })
  void writesTimesWithMilliseconds(Instant instant, String expected) {
    assertThat(ApiAnswers.time(instant)).isEqualTo(expected);
  }
}
