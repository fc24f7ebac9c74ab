package dev.breakwater.core.job;

import java.time.Instant;

/** A task that a worker holds. */
public record RunningTask(
    long taskId, String kind, String poolId, Instant startedAt, Instant seenAt) {}
