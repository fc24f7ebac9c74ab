package dev.breakwater.storage.sql;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/** Reads columns; one that is NULL although it must not be is a bug. */
public final class Rows {
  private Rows() {}

  public static <T> T get(Readable row, String column, Class<T> type) {
    T value = row.get(column, type);
    if (value == null) {
      throw new IllegalStateException("column " + column + " is NULL");
    }
    return value;
  }

  public static <T> Optional<T> find(Readable row, String column, Class<T> type) {
    return Optional.ofNullable(row.get(column, type));
  }

  public static String text(Readable row, String column) {
    return get(row, column, String.class);
  }

  public static long number(Readable row, String column) {
    return get(row, column, Long.class);
  }

  public static boolean flag(Readable row, String column) {
    return get(row, column, Boolean.class);
  }

  public static Instant instant(Readable row, String column) {
    return get(row, column, Instant.class);
  }

  public static Optional<Instant> findInstant(Readable row, String column) {
    return find(row, column, Instant.class);
  }

  /** An instant as a parameter. */
  public static OffsetDateTime timestamp(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
