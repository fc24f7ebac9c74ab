package dev.breakwater.core.explain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why something is there still, or can be brought back.
 *
 * @param present whether it can be read now
 * @param expiresAt when an artifact ends by itself, whatever keeps it
 * @param reasons none: it goes with the next run that looks at it
 * @param undecided rules of retention of which it takes a dry run to know
 */
public record Explanation(
    String digest,
    boolean present,
    Optional<Instant> expiresAt,
    List<Reason> reasons,
    List<Integer> undecided) {
  public Explanation {
    reasons = List.copyOf(reasons);
    undecided = List.copyOf(undecided);
  }
}
