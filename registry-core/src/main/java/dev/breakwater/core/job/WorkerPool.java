package dev.breakwater.core.job;

import java.time.Instant;

/**
 * A replica that runs tasks.
 *
 * @param concurrency how many at once
 */
public record WorkerPool(
    String id, String host, long processId, int concurrency, Instant startedAt, Instant seenAt) {}
