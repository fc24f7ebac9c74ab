package dev.breakwater.core.retention;

import java.time.Instant;
import java.util.Comparator;

/** Where an artifact stands in an {@link Ordering}: later ones are greater. */
public record Place(Instant time, long id) implements Comparable<Place> {
  /** Behind all artifacts. */
  public static final Place END = new Place(Instant.parse("9999-12-31T00:00:00Z"), Long.MAX_VALUE);

  /** Before all artifacts. */
  public static final Place BEGIN = new Place(Instant.parse("0001-01-01T00:00:00Z"), 0);

  private static final Comparator<Place> ORDER =
      Comparator.comparing(Place::time).thenComparingLong(Place::id);

  static Place of(Candidate candidate, Ordering ordering) {
    return new Place(ordering.timeOf(candidate), candidate.id());
  }

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }
}
