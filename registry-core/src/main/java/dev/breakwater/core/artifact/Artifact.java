package dev.breakwater.core.artifact;

import java.time.Instant;
import java.util.List;

/**
 * A manifest with what is known of it.
 *
 * @param repositoryName the whole name, project included
 * @param mediaType the manifest's
 * @param configType the config's media type, or the artifact type; empty if the manifest tells none
 * @param size of the manifest and of all blobs that it names, in bytes
 * @param tags empty as well when they were not asked for
 */
public record Artifact(
    long id,
    long projectId,
    long repositoryId,
    String repositoryName,
    String digest,
    String mediaType,
    String configType,
    long size,
    Instant pushedAt,
    List<ArtifactTag> tags) {
  public Artifact {
    tags = List.copyOf(tags);
  }

  public String type() {
    return ArtifactType.of(mediaType, configType);
  }

  /** The same one with tags. */
  public Artifact with(List<ArtifactTag> found) {
    return new Artifact(
        id,
        projectId,
        repositoryId,
        repositoryName,
        digest,
        mediaType,
        configType,
        size,
        pushedAt,
        found);
  }
}
