package dev.breakwater.core.job;

import dev.breakwater.core.json.JsonValue;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A piece of work as people see it: one task or many.
 *
 * @param ownerId what it belongs to; -1: the system
 * @param attributes what it was started with, and what came of it; a JSON object
 */
public record Execution(
    long id,
    String kind,
    long ownerId,
    JobStatus status,
    String statusMessage,
    Trigger trigger,
    JsonValue attributes,
    Instant startedAt,
    Instant updatedAt,
    Optional<Instant> endedAt,
    Map<JobStatus, Long> tasks) {
  public Execution {
    tasks = Map.copyOf(tasks);
  }
}
