package dev.breakwater.core.job;

import dev.breakwater.core.transaction.Tx;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The rows of queues and of the replicas that work on them. */
public interface QueueRepository {
  /** Asks all running tasks to end. */
  Mono<Long> stopRunning(Tx tx);

  /** Ends what waits in the queues of these kinds. */
  Mono<Long> stopPending(Tx tx, List<String> kinds);

  /** Nothing more is taken from these queues until they are resumed. */
  Mono<Void> pause(Tx tx, List<String> kinds, boolean paused);

  /** The queues of these kinds. */
  Flux<JobQueueState> queues(List<String> kinds);

  /** The replicas that work. */
  Flux<WorkerPool> pools();

  /** The tasks that run now, in one pool or in all. */
  Flux<RunningTask> running(Optional<String> poolId);
}
