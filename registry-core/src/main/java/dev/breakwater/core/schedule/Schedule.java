package dev.breakwater.core.schedule;

import dev.breakwater.core.json.JsonValue;
import java.time.Instant;

/**
 * That executions of a kind begin at certain times.
 *
 * @param ownerId what it belongs to, such as a retention policy; -1: the system
 * @param parameters of each execution; a JSON object
 */
public record Schedule(
    long id,
    String kind,
    long ownerId,
    ScheduleType type,
    String cron,
    JsonValue parameters,
    Instant nextRunAt,
    Instant createdAt,
    Instant updatedAt) {}
