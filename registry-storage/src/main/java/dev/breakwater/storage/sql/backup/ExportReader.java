package dev.breakwater.storage.sql.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads what {@link ExportWriter} wrote, entry by entry. */
final class ExportReader {
  /** A part ends with the row that passes the goal of its size; the largest row is a manifest. */
  private static final int MAX_ENTRY = 64 * 1024 * 1024;

  private final GZIPInputStream unpacked;
  private final TarArchiveInputStream tar;

  private ExportReader(GZIPInputStream unpacked) {
    this.unpacked = unpacked;
    this.tar = new TarArchiveInputStream(unpacked, "UTF-8");
  }

  static ExportReader open(InputStream in) {
    try {
      return new ExportReader(new GZIPInputStream(in, 64 * 1024));
    } catch (IOException e) {
      throw new BackupException("This is no export of a Breakwater database.", e);
    }
  }

  /** The next entry; empty at the end, when all of the file was read and its checksum fits. */
  Optional<Entry> next() {
    try {
      TarArchiveEntry entry = tar.getNextEntry();
      if (entry == null) {
        unpacked.transferTo(OutputStream.nullOutputStream());
        return Optional.empty();
      }
      if (entry.getSize() > MAX_ENTRY) {
        throw new BackupException(
            "The export is damaged: its entry " + entry.getName() + " is too large.");
      }
      byte[] bytes = tar.readNBytes((int) entry.getSize());
      if (bytes.length != entry.getSize()) {
        throw new BackupException(
            "The export ends in the middle of " + entry.getName() + ": the file is not whole.");
      }
      return Optional.of(new Entry(entry.getName(), bytes));
    } catch (IOException | IllegalArgumentException e) {
      throw new BackupException("The export is damaged or not whole: " + e.getMessage() + ".", e);
    }
  }

  record Entry(String name, byte[] bytes) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Entry entry && entry.name.equals(name);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
