package dev.breakwater.core.job;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.util.List;
import reactor.core.publisher.Mono;

/** The rows of executions, tasks and logs, as people see and steer them. */
public interface JobRepository {
  /** Inserts an execution and its tasks, and wakes the workers at commit; its number. */
  Mono<Long> start(Tx tx, StartJob start);

  /**
   * One page of the executions of a kind, the latest first. Fields: id, status, trigger,
   * start_time, end_time, update_time, creation_time.
   */
  Mono<Slice<Execution>> executions(String kind, long ownerId, ListRequest request);

  /** An execution of this kind and owner. */
  Mono<Execution> findExecution(String kind, long ownerId, long id);

  /** One page of the tasks of an execution. Fields: id, status. */
  Mono<Slice<Task>> tasks(long executionId, ListRequest request);

  /** A task of this execution. */
  Mono<Task> findTask(long executionId, long taskId);

  /** The sums of attributes that are numbers over all tasks of an execution, in their order. */
  Mono<List<Long>> sums(long executionId, List<String> attributes);

  /** The task of this number, whatever its execution. */
  Mono<Task> findTask(long taskId);

  /** What a task wrote; bounded by {@link TaskLog#MAX_BYTES}. */
  Mono<List<TaskLog.Line>> log(long taskId);

  /** What the tasks of an execution wrote, those of the first hundred. */
  Mono<List<TaskLog.Line>> logOfExecution(long executionId);

  /** Asks all tasks of an execution to end. */
  Mono<Void> stopExecution(Tx tx, long executionId);

  /** Asks a task to end; how many that was. */
  Mono<Long> stopTask(Tx tx, long taskId);

  /** The kinds of which there are executions. */
  Mono<List<String>> kinds();

  /**
   * Removes the oldest ended executions of each owner of a kind beyond those to keep, a batch at a
   * time; how many went.
   */
  Mono<Long> sweep(String kind, int keep, int batch);
}
