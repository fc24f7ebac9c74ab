package dev.breakwater.core.job;

import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.transaction.Tx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** What a running task knows and can say. */
public interface JobContext {
  long taskId();

  long executionId();

  /** What the execution belongs to, such as a retention policy; -1: the system. */
  long ownerId();

  Trigger trigger();

  /** What it was started with; an object. */
  JsonValue parameters();

  /** The last checkpoint, when this task was begun before. */
  Optional<JsonValue> checkpoint();

  /**
   * Keeps how far the work is.
   *
   * @param state a JSON object as a map; at most 256 KiB
   * @throws LostTask (as error signal) when another worker has taken over
   */
  Mono<Void> checkpoint(Map<String, ?> state);

  /**
   * The same in the transaction of a batch: both are committed, or neither. When another worker has
   * taken over, the error undoes the batch.
   */
  Mono<Void> checkpoint(Tx tx, Map<String, ?> state);

  /** More tasks of the same execution, which run beside and after this one. */
  Mono<Void> addTasks(Tx tx, List<TaskStart> tasks);

  /**
   * Adds a line to the stored log; the engine writes it out with its next heartbeat. Lines beyond
   * {@link TaskLog#MAX_BYTES} of a task are left out. No secrets.
   */
  void log(String line);

  /** Adds lines in the transaction of a batch: both are committed, or neither. */
  Mono<Void> log(Tx tx, List<String> lines);

  /** Whether it shall end: ask before each batch, and complete with {@link JobResult#stopped}. */
  boolean stopRequested();
}
