package dev.breakwater.http.body;

/**
 * A part of a blob.
 *
 * @param first the first byte
 * @param last the last byte, inclusive; not before the first
 */
record ByteRange(long first, long last) {
  long length() {
    return last - first + 1;
  }

  /** The value of {@code Content-Range}. */
  String contentRange(long size) {
    return "bytes " + first + "-" + last + "/" + size;
  }
}
