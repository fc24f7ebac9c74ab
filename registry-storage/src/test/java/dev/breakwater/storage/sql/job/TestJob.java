package dev.breakwater.storage.sql.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.TaskStart;
import dev.breakwater.core.job.Trigger;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Mono;

/** A task that a test runs, outside of the engine. */
public final class TestJob implements JobContext {
  public final List<String> lines = new CopyOnWriteArrayList<>();
  public final List<TaskStart> added = new CopyOnWriteArrayList<>();
  private final long ownerId;
  private final Map<String, Object> parameters;
  private volatile Optional<JsonValue> checkpoint = Optional.empty();
  private volatile int checkpoints;
  private volatile int stopAfter = Integer.MAX_VALUE;

  public TestJob(long ownerId, Map<String, Object> parameters) {
    this.ownerId = ownerId;
    this.parameters = Map.copyOf(parameters);
  }

  /** Writes the row of a task of retention that runs, and of its execution. */
  public static void insert(Database database) {
    Await.done(
        database.update(
            """
            WITH execution AS (
              INSERT INTO job_execution (kind, status, trigger, attributes)
              VALUES ('RETENTION', 'Running', 'MANUAL', '{}') RETURNING id)
            INSERT INTO job_task (id, execution_id, kind, status, parameters, attributes, due_at)
            SELECT 1, id, 'RETENTION', 'Running', '{}', '{}', now() FROM execution
            """));
  }

  /** Asks to stop after so many checkpoints, counted from the beginning. */
  public TestJob stopAfter(int count) {
    stopAfter = count;
    return this;
  }

  /** As if the later ones had never been written; asks for no stop. */
  public TestJob backTo(Optional<JsonValue> earlier) {
    checkpoint = earlier;
    stopAfter = Integer.MAX_VALUE;
    return this;
  }

  /** How many there were. */
  public int checkpoints() {
    return checkpoints;
  }

  @Override
  public long taskId() {
    return 1;
  }

  @Override
  public long executionId() {
    return 1;
  }

  @Override
  public long ownerId() {
    return ownerId;
  }

  @Override
  public Trigger trigger() {
    return Trigger.MANUAL;
  }

  @Override
  public JsonValue parameters() {
    return Json.parse(Json.write(parameters));
  }

  @Override
  public Optional<JsonValue> checkpoint() {
    return checkpoint;
  }

  @Override
  public Mono<Void> checkpoint(Map<String, ?> state) {
    return Mono.fromRunnable(() -> {
      checkpoint = Optional.of(Json.parse(Json.writeText(state).getBytes(UTF_8)));
      checkpoints++;
    });
  }

  @Override
  public Mono<Void> checkpoint(Tx tx, Map<String, ?> state) {
    return checkpoint(state);
  }

  @Override
  public Mono<Void> addTasks(Tx tx, List<TaskStart> tasks) {
    return Mono.fromRunnable(() -> added.addAll(tasks));
  }

  @Override
  public void log(String line) {
    lines.add(line);
  }

  @Override
  public Mono<Void> log(Tx tx, List<String> more) {
    return Mono.fromRunnable(() -> lines.addAll(more));
  }

  @Override
  public boolean stopRequested() {
    return checkpoints >= stopAfter;
  }
}
