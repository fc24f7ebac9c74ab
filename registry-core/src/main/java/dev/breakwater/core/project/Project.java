package dev.breakwater.core.project;

import java.time.Instant;

/**
 * A project.
 *
 * @param isPublic whether anybody may pull from it
 * @param ownerName the user who created it
 * @param repositoryCount how many repositories it has
 */
public record Project(
    long id,
    ProjectName name,
    boolean isPublic,
    long ownerId,
    String ownerName,
    long repositoryCount,
    Instant createdAt,
    Instant updatedAt) {}
