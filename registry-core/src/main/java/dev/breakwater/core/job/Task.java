package dev.breakwater.core.job;

import dev.breakwater.core.json.JsonValue;
import java.time.Instant;
import java.util.Optional;

/**
 * One task of an execution.
 *
 * @param runs how often a worker began or went on with it
 * @param attributes a JSON object
 */
public record Task(
    long id,
    long executionId,
    String kind,
    JobStatus status,
    String statusMessage,
    int runs,
    JsonValue attributes,
    Instant createdAt,
    Optional<Instant> startedAt,
    Instant updatedAt,
    Optional<Instant> endedAt) {}
