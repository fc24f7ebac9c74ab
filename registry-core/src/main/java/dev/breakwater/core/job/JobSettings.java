package dev.breakwater.core.job;

import java.time.Duration;

/**
 * How a replica works. A task whose worker died is taken over after the lease and one poll at most:
 * together less than 30 s.
 *
 * @param workers how many tasks at once
 * @param lease how long a task is held without a heartbeat
 * @param heartbeat how often held tasks are kept alive
 * @param poll how often a replica looks for work that nobody told it of
 * @param firstDelay how long a failed task waits the first time; twice as long each time after
 */
public record JobSettings(
    int workers, Duration lease, Duration heartbeat, Duration poll, Duration firstDelay) {
  public static final JobSettings DEFAULT =
      new JobSettings(
          10,
          Duration.ofSeconds(20),
          Duration.ofSeconds(4),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10));

  private static final Duration LONGEST_DELAY = Duration.ofMinutes(10);

  /** The same for another number of workers. */
  public JobSettings withWorkers(int count) {
    return new JobSettings(count, lease, heartbeat, poll, firstDelay);
  }

  /** How long to wait after so many failures. */
  Duration delay(int failures) {
    Duration delay = firstDelay.multipliedBy(1L << Math.min(failures - 1, 20));
    return delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
  }
}
