package dev.breakwater.core.audit;

import java.time.Instant;
import java.util.Optional;

/**
 * A line of the audit log.
 *
 * @param operation such as {@code create}
 * @param resourceType such as {@code project}
 * @param projectId empty: the system
 * @param address the client's, empty if it was the program itself
 */
public record AuditEntry(
    long id,
    Optional<Long> projectId,
    String operation,
    String resourceType,
    String resource,
    String username,
    String description,
    boolean successful,
    String address,
    Instant happenedAt) {}
