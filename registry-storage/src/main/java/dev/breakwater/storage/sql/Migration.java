package dev.breakwater.storage.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One numbered step of the schema, a resource {@code db/migration/V001__what.sql}. Its first line
 * is {@code -- serves: 0.1.0}: the oldest program that works with the schema after this step.
 *
 * @param checksum SHA-256 of the file, in hexadecimal
 */
record Migration(int number, String name, String sql, String checksum, ProgramVersion serves) {
  /** All of them, in order. A file that landed is never edited. */
  private static final List<String> FILES =
      List.of(
          "V001__registry.sql",
          "V002__identity.sql",
          "V003__artifacts.sql",
          "V004__jobs.sql",
          "V005__rules.sql",
          "V006__identity_lists.sql",
          "V007__storage_verify.sql",
          "V008__artifact_ends.sql",
          "V009__list_orders.sql",
          "V010__deleted_references.sql",
          "V011__project_total.sql",
          "V012__staged_uploads.sql",
          "V013__upload_writer.sql",
          "V014__tagged_lists.sql",
          "V015__room_check.sql",
          "V016__all_list_orders.sql",
          "V017__whole_tags.sql",
          "V018__digest_parts.sql");

  private static final Pattern NAME = Pattern.compile("V(\\d+)__(\\w+)\\.sql");
  private static final Pattern HEADER = Pattern.compile("\\A-- serves: ([0-9.]+)\\n");

  static List<Migration> all() {
    return FILES.stream().map(file -> parse(file, read(file))).toList();
  }

  static Migration parse(String file, String sql) {
    Matcher name = NAME.matcher(file);
    Matcher header = HEADER.matcher(sql);
    if (!name.matches() || !header.find()) {
      throw new IllegalArgumentException("not a migration: " + file);
    }
    return new Migration(
        Integer.parseInt(name.group(1)),
        name.group(2),
        sql,
        checksum(sql),
        ProgramVersion.parse(header.group(1)));
  }

  private static String read(String file) {
    try (InputStream in = Migration.class.getResourceAsStream("/db/migration/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String checksum(String sql) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(sql.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
