package dev.breakwater.core.artifact;

import java.time.Instant;
import java.util.Optional;

/**
 * A tag of an artifact.
 *
 * @param immutable whether a rule of the project protects it; false when that was not asked for
 */
public record ArtifactTag(
    long id,
    long artifactId,
    long repositoryId,
    String name,
    Instant pushedAt,
    Optional<Instant> pulledAt,
    boolean immutable) {
  /** The same one, protected or not. */
  public ArtifactTag immutable(boolean isProtected) {
    return new ArtifactTag(id, artifactId, repositoryId, name, pushedAt, pulledAt, isProtected);
  }
}
