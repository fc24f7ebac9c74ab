package dev.breakwater.core.job;

import reactor.core.publisher.Mono;

/**
 * Does the work of one kind.
 *
 * <p>A task may be run more than once: again after a failure, or by another replica when this one
 * died. So it works in batches and writes a checkpoint after each, best in the transaction of the
 * batch: then no batch counts twice. Between batches it looks whether it shall stop.
 */
public interface JobHandler {
  JobKind kind();

  /**
   * Runs a task from its checkpoint to the end. An error signal is a failure: it is tried again
   * while the kind has attempts left. Completing empty is success without a result. It may be
   * cancelled at any time: when the program stops, or when another worker has taken over.
   */
  Mono<JobResult> run(JobContext job);
}
