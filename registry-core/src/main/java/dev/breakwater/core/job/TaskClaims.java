package dev.breakwater.core.job;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * How workers take tasks and end them. Every write names the claim by its number: one of a worker
 * that was thought dead and lost the task changes nothing. Times are the database's.
 */
public interface TaskClaims {
  /** Makes a replica known, and again after it was forgotten. */
  Mono<Void> register(WorkerPool pool, List<JobKind> kinds);

  /** Takes a task that is due, or whose worker died; empty if there is none. */
  Mono<ClaimedTask> claim(String poolId, List<JobKind> kinds, Duration lease);

  /**
   * Keeps the tasks and the replica alive.
   *
   * @return of those that are still held: whether they shall stop
   */
  Mono<Map<Claim, Boolean>> heartbeat(String poolId, Set<Claim> claims, Duration lease);

  /** Ends the task, and its execution if it was the last one. */
  Mono<Void> finish(Claim claim, Outcome outcome);

  /** Gives the task back to be tried again. */
  Mono<Void> retry(Claim claim, String message, Duration delay);

  /** Gives back whatever the replica holds, and forgets it: others go on at once. */
  Mono<Void> release(String poolId);

  /**
   * That a task is held.
   *
   * @param number how often it was claimed, this time included
   */
  record Claim(long taskId, int number) {}

  /**
   * How a task ended.
   *
   * @param attributes added to those of the task and of its execution
   */
  record Outcome(JobStatus status, String message, Map<String, ?> attributes) {
    public Outcome {
      attributes = Map.copyOf(attributes);
    }
  }

  /**
   * A task to run.
   *
   * @param failures how often it failed before
   * @param losses how many workers died with it since its last checkpoint
   */
  record ClaimedTask(
      Claim claim,
      long executionId,
      long ownerId,
      String kind,
      Trigger trigger,
      String parameters,
      Optional<String> checkpoint,
      int failures,
      int losses,
      boolean stopRequested) {}
}
