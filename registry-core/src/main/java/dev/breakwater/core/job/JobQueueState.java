package dev.breakwater.core.job;

import java.time.Duration;

/**
 * A queue.
 *
 * @param waiting how many tasks wait
 * @param latency how long the oldest that is due has waited
 * @param running how many run
 */
public record JobQueueState(
    String kind, long waiting, Duration latency, long running, boolean paused) {}
