package dev.breakwater.http.body;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The {@code Range} header (RFC 9110, section 14). Units other than bytes and lists that are
 * absurdly long are ignored, as the RFC allows. A range that ends before it begins makes the whole
 * header unsatisfiable: the OCI conformance program expects 416 for it.
 */
final class RangeHeader {
  /** More than any client that picks files out of a layer asks for at once. */
  static final int MAX_RANGES = 64;

  private static final String UNIT = "bytes=";

  private RangeHeader() {}

  /**
   * @return what to send: empty for the whole, an empty list when nothing can be satisfied
   */
  static Optional<List<ByteRange>> parse(String header, long size) {
    if (!header.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
      return Optional.empty();
    }
    String[] specs = header.substring(UNIT.length()).split(",", MAX_RANGES + 1);
    if (specs.length > MAX_RANGES) {
      return Optional.empty();
    }
    List<ByteRange> ranges = new ArrayList<>(specs.length);
    for (String spec : specs) {
      String range = spec.strip();
      int dash = range.indexOf('-');
      if (dash < 0 || !isNumber(range, 0, dash) || !isNumber(range, dash + 1, range.length())) {
        return Optional.empty();
      }
      if (range.length() == 1) {
        return Optional.empty();
      }
      if (dash > 0 && dash + 1 < range.length() && number(range, dash + 1) < number(range, 0)) {
        return Optional.of(List.of());
      }
      resolve(range, dash, size).ifPresent(ranges::add);
    }
    return Optional.of(coversMoreThanTheBlob(ranges, size) ? List.of(whole(size)) : ranges);
  }

  private static ByteRange whole(long size) {
    return new ByteRange(0, size - 1);
  }

  /** Overlapping ranges could ask for many times the blob: it is sent once instead. */
  private static boolean coversMoreThanTheBlob(List<ByteRange> ranges, long size) {
    return ranges.size() > 1 && ranges.stream().mapToLong(ByteRange::length).sum() > size;
  }

  private static Optional<ByteRange> resolve(String range, int dash, long size) {
    if (dash == 0) {
      long suffix = Math.min(number(range, 1), size);
      return suffix == 0 ? Optional.empty() : Optional.of(new ByteRange(size - suffix, size - 1));
    }
    long first = number(range, 0);
    long last = dash + 1 == range.length() ? size - 1 : Math.min(number(range, dash + 1), size - 1);
    return first >= size ? Optional.empty() : Optional.of(new ByteRange(first, last));
  }

  private static boolean isNumber(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** The digits from there on; what does not fit is as good as endless. */
  private static long number(String text, int from) {
    long value = 0;
    for (int i = from; i < text.length() && text.charAt(i) != '-'; i++) {
      if (value > Long.MAX_VALUE / 10 - 10) {
        return Long.MAX_VALUE;
      }
      value = value * 10 + (text.charAt(i) - '0');
    }
    return value;
  }
}
