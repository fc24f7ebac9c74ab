package dev.breakwater.storage.blob.opendal;

import java.io.IOException;
import java.io.InputStream;

/** Writes an object of any size. */
interface ObjectWriter {
  /**
   * Blocks. The object is there, with all its bytes, when this returns; it is as it was when the
   * source fails.
   *
   * @param size in bytes, how many the source gives
   */
  void write(String key, long size, InputStream source) throws IOException;

  /**
   * Whether a write that failed left nothing behind, so that it may be done again from its first
   * byte; otherwise it tries again itself.
   */
  boolean isRepeatable();
}
