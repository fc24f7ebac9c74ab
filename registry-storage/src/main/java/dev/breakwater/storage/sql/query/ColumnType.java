package dev.breakwater.storage.sql.query;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.storage.sql.StorableText;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** What a column holds, and how a client's text becomes such a value. */
enum ColumnType {
  TEXT("a text"),
  NUMBER("a whole number"),
  TIME("a time such as 2026-01-31T23:59:59"),
  FLAG("true or false");

  /** So that no time is beyond what the database can hold. */
  private static final int LAST_YEAR = 9999;

  private final String description;

  ColumnType(String description) {
    this.description = description;
  }

  /**
   * @throws RegistryException BAD_REQUEST when the text is no such value
   */
  Object read(String field, String text) {
    try {
      return switch (this) {
        case TEXT -> StorableText.require(field, text);
        case NUMBER -> Long.valueOf(text);
        case TIME -> time(text);
        case FLAG -> flag(text);
      };
    } catch (NumberFormatException | DateTimeException e) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          field + " is '" + Printable.shorten(text) + "'; it must be " + description,
          e);
    }
  }

  /** An array of such values, as the driver binds it. */
  Object[] array(int length) {
    return switch (this) {
      case TEXT -> new String[length];
      case NUMBER -> new Long[length];
      case TIME -> new OffsetDateTime[length];
      case FLAG -> new Boolean[length];
    };
  }

  private static OffsetDateTime time(String text) {
    String iso = text.replace(' ', 'T');
    OffsetDateTime time =
        iso.indexOf('T') < 0
            ? LocalDate.parse(iso).atStartOfDay().atOffset(ZoneOffset.UTC)
            : iso.endsWith("Z") || iso.lastIndexOf('+') > 0
                ? OffsetDateTime.parse(iso)
                : LocalDateTime.parse(iso).atOffset(ZoneOffset.UTC);
    if (time.getYear() < 1 || time.getYear() > LAST_YEAR) {
      throw new DateTimeException("out of range");
    }
    return time;
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new NumberFormatException("neither true nor false");
    };
  }
}
