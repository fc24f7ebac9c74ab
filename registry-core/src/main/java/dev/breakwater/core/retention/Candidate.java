package dev.breakwater.core.retention;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An artifact that is looked at: one with a tag, or one that is no part of an index.
 *
 * @param pulledAt empty: never
 */
public record Candidate(
    long id, String digest, Instant pushedAt, Optional<Instant> pulledAt, List<String> tags) {
  public Candidate {
    tags = List.copyOf(tags);
  }
}
