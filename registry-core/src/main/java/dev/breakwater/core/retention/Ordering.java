package dev.breakwater.core.retention;

import java.time.Instant;

/** By which of its times an artifact is late or early. */
public enum Ordering {
  PUSHED,
  /** What was never pulled comes last. */
  PULLED,
  /** Pushed or pulled, whichever was later. */
  ACTIVE;

  /** The artifact's time. */
  Instant timeOf(Candidate candidate) {
    Instant pulled = candidate.pulledAt().orElse(Instant.EPOCH);
    return switch (this) {
      case PUSHED -> candidate.pushedAt();
      case PULLED -> pulled;
      case ACTIVE -> pulled.isAfter(candidate.pushedAt()) ? pulled : candidate.pushedAt();
    };
  }
}
