package dev.breakwater.storage.sql.backup;

import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.storage.sql.backup.ExportSummary.TableCount;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Counts what passes of one table. Used by one thread at a time. */
final class TableTally {
  private final MessageDigest hash = DigestAlgorithm.SHA256.newMessageDigest();
  private long rows;
  private long parts;

  void add(byte[] part, long rowsOfIt) {
    hash.update(part);
    rows += rowsOfIt;
    parts++;
  }

  long parts() {
    return parts;
  }

  /** Ends it. */
  TableCount count() {
    return new TableCount(rows, parts, HexFormat.of().formatHex(hash.digest()));
  }
}
