package dev.breakwater.core.repository;

import java.time.Instant;

/**
 * A repository.
 *
 * @param name the whole name, project included
 * @param description for people, Markdown
 * @param artifactCount without children of indexes and accessories
 * @param pullCount of its manifests, a moment late
 */
public record RepositorySummary(
    long id,
    long projectId,
    String name,
    String description,
    long artifactCount,
    long pullCount,
    Instant createdAt,
    Instant updatedAt) {}
