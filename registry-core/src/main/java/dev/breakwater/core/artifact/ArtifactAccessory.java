package dev.breakwater.core.artifact;

import java.time.Instant;

/**
 * An artifact that belongs to another one.
 *
 * @param artifactId its own number
 * @param subjectId the number of what it belongs to
 * @param repositoryName of both
 * @param type such as {@code signature.cosign}
 * @param size in bytes
 */
public record ArtifactAccessory(
    long artifactId,
    long subjectId,
    String subjectDigest,
    String repositoryName,
    String digest,
    String type,
    long size,
    Instant createdAt) {}
