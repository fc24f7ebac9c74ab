package dev.breakwater.core.label;

import java.time.Instant;
import java.util.Optional;

/**
 * A label.
 *
 * @param projectId whose artifacts can have it; empty: those of all projects
 */
public record Label(
    long id, Optional<Long> projectId, LabelText text, Instant createdAt, Instant updatedAt) {}
