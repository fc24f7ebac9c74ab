package dev.breakwater.core.artifact;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The unpacked bytes of an archive, no more of them than were allowed: whoever reads an archive
 * keeps the names in its headers in memory, however long they say they are.
 */
final class BoundedArchive extends FilterInputStream {
  private static final int BLOCK = 512;

  /** What stands before a file: its header, and those with a long name or further attributes. */
  private static final int HEADERS = 256 * 1024;

  private long total;
  private long left = HEADERS;

  /**
   * @param total how many bytes at most
   */
  BoundedArchive(InputStream unpacked, long total) {
    super(unpacked);
    this.total = total;
  }

  /** So many bytes of a file may be read or skipped now, and the headers behind them. */
  void allow(long bytes) throws IOException {
    if (bytes < 0 || bytes > total) {
      throw new IOException("the archive is too large");
    }
    left = bytes + BLOCK + HEADERS;
  }

  @Override
  public int read() throws IOException {
    requireMore();
    int read = in.read();
    if (read >= 0) {
      count(1);
    }
    return read;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    requireMore();
    int read = in.read(target, offset, (int) Math.min(length, Math.min(left, total)));
    count(Math.max(0, read));
    return read;
  }

  @Override
  public long skip(long bytes) throws IOException {
    requireMore();
    long skipped = in.skip(Math.min(bytes, Math.min(left, total)));
    count(skipped);
    return skipped;
  }

  private void requireMore() throws IOException {
    if (left <= 0 || total <= 0) {
      throw new IOException("the archive is too large");
    }
  }

  private void count(long bytes) {
    left -= bytes;
    total -= bytes;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
