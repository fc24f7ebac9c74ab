package dev.breakwater.storage.blob;

import java.util.ArrayList;
import java.util.List;

/**
 * Some bytes of an object, few enough for one answer in memory.
 *
 * @param first where they begin in it
 * @param length at least 1
 */
public record ReadStep(long first, int length) {
  /** In bytes. */
  private static final int LONGEST = 4 * 1024 * 1024;

  /** Steps through so many bytes, in order. */
  public static List<ReadStep> through(long length) {
    List<ReadStep> steps = new ArrayList<>();
    for (long first = 0; first < length; first += LONGEST) {
      steps.add(new ReadStep(first, (int) Math.min(LONGEST, length - first)));
    }
    return steps;
  }
}
