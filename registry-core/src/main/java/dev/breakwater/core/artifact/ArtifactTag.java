package dev.breakwater.core.artifact;

import java.time.Instant;

/** A tag of an artifact. */
public record ArtifactTag(long artifactId, long repositoryId, String name, Instant pushedAt) {}
