package dev.breakwater.storage.sql.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes an export: a gzipped tar, so that any machine can look into it.
 *
 * <pre>
 * about.json                    what it is of: versions, schema, tables with their columns
 * data/&lt;table&gt;/&lt;number&gt;.copy   rows in the text format of COPY; parts of some MiB, whole lines
 * summary.json                  how many rows each table must have, their SHA-256, sequences
 * </pre>
 *
 * Parts, because the length of a tar's entry stands before it and nothing is written twice.
 */
final class ExportWriter {
  private final GZIPOutputStream packed;
  private final TarArchiveOutputStream tar;

  ExportWriter(OutputStream out) throws IOException {
    packed = new GZIPOutputStream(out, 64 * 1024);
    tar = new TarArchiveOutputStream(packed, "UTF-8");
  }

  void write(String name, byte[] bytes) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    entry.setMode(0600);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  static String part(String table, long number) {
    return "data/%s/%08d.copy".formatted(table, number);
  }

  /** Ends the archive; the stream below stays open for whoever made it. */
  void finish() throws IOException {
    tar.finish();
    packed.finish();
  }
}
