package dev.breakwater.core.job;

import dev.breakwater.core.job.TaskClaims.Claim;
import dev.breakwater.core.transaction.Tx;
import java.util.List;
import reactor.core.publisher.Mono;

/** What a running task keeps of itself, as long as it is held. */
public interface TaskProgress {
  /** Keeps a checkpoint; an error signal of {@link LostTask} if the claim is gone. */
  Mono<Void> checkpoint(Claim claim, String state);

  /** The same in a transaction. */
  Mono<Void> checkpoint(Tx tx, Claim claim, String state);

  /** Adds tasks to the execution of the claim. */
  Mono<Void> addTasks(Tx tx, Claim claim, List<TaskStart> tasks);

  /** Adds lines to the log, up to its bound. */
  Mono<Void> log(Claim claim, List<TaskLog.Line> lines);

  /** The same in a transaction. */
  Mono<Void> log(Tx tx, Claim claim, List<TaskLog.Line> lines);
}
