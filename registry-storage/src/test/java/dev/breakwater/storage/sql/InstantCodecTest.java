package dev.breakwater.storage.sql;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import io.r2dbc.postgresql.message.Format;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InstantCodecTest {
  private static final int TYPE = PostgresqlObjectId.TIMESTAMPTZ.getObjectId();

  private final InstantCodec codec = new InstantCodec();

  @ParameterizedTest
  @CsvSource({
    "2026-11-26 14:08:03.123456+00, 2026-11-26T14:08:03.123456Z",
    "2026-11-26 14:08:03+00, 2026-11-26T14:08:03Z",
    "2026-11-26 14:08:03.5+05:30, 2026-11-26T08:38:03.500Z",
    "2026-02-28 23:30:00.000001-03:30, 2026-03-01T03:00:00.000001Z",
    "1890-01-01 00:00:00+00:53:28, 1889-12-31T23:06:32Z",
    "1969-12-31 23:59:59.9+00, 1969-12-31T23:59:59.900Z",
    "12026-01-02 03:04:05+00, +12026-01-02T03:04:05Z"
  })
  void readsWhatTheServerWrites(String text, String expected) {
    assertThat(read(text)).isEqualTo(Instant.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "infinity", "2026-11-26", "2026-11-26 14:08:03", "0044-03-15 12:00:00+00 BC"})
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(DateTimeParseException.class);
  }

  @Test
  void readsTheSameAsTheDriver() {
    try (Database database = TestDatabase.migrated()) {
      assertThat(
              Await.value(
                  database.many(
                      """
                      SELECT timestamptz '1970-01-01 00:00:00+00' + n * interval '97 days 5:07:11.000321' AS at
                      FROM generate_series(-300, 300) AS n
                      """,
                      row ->
                          Rows.instant(row, "at")
                              .equals(Rows.get(row, "at", OffsetDateTime.class).toInstant()))))
          .hasSize(601)
          .containsOnly(true);
    }
  }

  private Instant read(String text) {
    return codec.decode(
        Unpooled.copiedBuffer(text, US_ASCII), TYPE, Format.FORMAT_TEXT, Instant.class);
  }
}
