package dev.breakwater.core.explain;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that keeps an artifact or a blob.
 *
 * @param name what it is: a tag, a digest, the number of a rule
 * @param description a sentence for people
 * @param until when it no longer does, if that is known
 */
public record Reason(Kind kind, String name, String description, Optional<Instant> until) {
  static Reason of(Kind kind, String name, String description) {
    return new Reason(kind, name, description, Optional.empty());
  }

  static Reason until(Kind kind, String name, String description, Instant end) {
    return new Reason(kind, name, description, Optional.of(end));
  }

  /** What keeps it. */
  public enum Kind {
    /** A tag points to it. */
    TAG,
    /** One that neither moves nor goes. */
    IMMUTABLE_TAG,
    /** An index names it. */
    INDEX,
    /** It belongs to another artifact, and goes with that one. */
    SUBJECT,
    /** A rule of the project's retention policy keeps it. */
    RETENTION_RULE,
    /** It can be brought back. */
    UNDO,
    /** A manifest names the blob. */
    MANIFEST,
    /** The blob was uploaded, mounted or asked for. */
    LEASE,
    /** The blob is about to be stored once more. */
    UPLOAD,
    /** Other repositories link the blob. */
    OTHER_REPOSITORIES;

    /** The word in the management API. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
