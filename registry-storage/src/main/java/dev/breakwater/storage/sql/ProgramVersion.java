package dev.breakwater.storage.sql;

import java.util.Arrays;
import java.util.List;

/** A program's version: numbers that are compared one after the other. */
record ProgramVersion(List<Integer> numbers) implements Comparable<ProgramVersion> {
  ProgramVersion {
    numbers = List.copyOf(numbers);
  }

  /** Reads {@code 1.2.3}; what follows a hyphen or a plus sign does not count. */
  static ProgramVersion parse(String text) {
    String release = text.split("[-+]", 2)[0];
    return new ProgramVersion(
        Arrays.stream(release.split("\\.", -1)).map(Integer::parseInt).toList());
  }

  @Override
  public int compareTo(ProgramVersion other) {
    int length = Math.max(numbers.size(), other.numbers.size());
    for (int i = 0; i < length; i++) {
      int order = Integer.compare(number(i), other.number(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private int number(int index) {
    return index < numbers.size() ? numbers.get(index) : 0;
  }

  @Override
  public String toString() {
    return String.join(".", numbers.stream().map(String::valueOf).toList());
  }
}
