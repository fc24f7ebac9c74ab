package dev.breakwater.core.retention;

import java.util.List;

/**
 * What a run decided of an artifact, and why.
 *
 * @param reason a sentence for people
 */
public record Verdict(
    long artifactId, String digest, List<String> tags, Outcome outcome, String reason) {
  public Verdict {
    tags = List.copyOf(tags);
  }

  static Verdict of(Candidate candidate, Outcome outcome, String reason) {
    return new Verdict(candidate.id(), candidate.digest(), candidate.tags(), outcome, reason);
  }

  /** By the words of Harbor's results. */
  public enum Outcome {
    /** A rule keeps it. */
    RETAIN,
    /** No rule keeps it, but a tag of it is immutable. */
    IMMUTABLE,
    /** It is deleted, or would be by a run that is no dry one. */
    DEL,
    /** It should have been deleted and could not be. */
    ERR
  }
}
