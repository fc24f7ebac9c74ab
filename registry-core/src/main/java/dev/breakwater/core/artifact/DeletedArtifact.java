package dev.breakwater.core.artifact;

import java.time.Instant;
import java.util.List;

/**
 * An artifact that can be brought back.
 *
 * @param tags that pointed to it
 */
public record DeletedArtifact(
    long id,
    String digest,
    String type,
    long size,
    List<String> tags,
    String deletedBy,
    Instant deletedAt,
    Instant restorableUntil) {
  public DeletedArtifact {
    tags = List.copyOf(tags);
  }
}
