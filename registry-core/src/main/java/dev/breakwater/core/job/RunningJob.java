package dev.breakwater.core.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.job.TaskClaims.ClaimedTask;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A task that this replica runs. */
final class RunningJob implements JobContext {
  private static final int MAX_CHECKPOINT = 256 * 1024;

  /** What may wait for the next heartbeat. */
  private static final int MAX_WAITING_LINES = 10_000;

  private final ClaimedTask task;
  private final TaskProgress progress;
  private final InstantSource clock;
  private final List<TaskLog.Line> waiting = new ArrayList<>();
  private final Sinks.Empty<Void> lost = Sinks.empty();
  private volatile boolean stopRequested;

  RunningJob(ClaimedTask task, TaskProgress progress, InstantSource clock) {
    this.task = task;
    this.progress = progress;
    this.clock = clock;
    this.stopRequested = task.stopRequested();
  }

  @Override
  public long taskId() {
    return task.claim().taskId();
  }

  @Override
  public long executionId() {
    return task.executionId();
  }

  @Override
  public long ownerId() {
    return task.ownerId();
  }

  @Override
  public Trigger trigger() {
    return task.trigger();
  }

  @Override
  public JsonValue parameters() {
    return Json.parse(task.parameters().getBytes(UTF_8));
  }

  @Override
  public Optional<JsonValue> checkpoint() {
    return task.checkpoint().map(text -> Json.parse(text.getBytes(UTF_8)));
  }

  @Override
  public Mono<Void> checkpoint(Map<String, ?> state) {
    return Mono.defer(() -> progress.checkpoint(task.claim(), text(state)));
  }

  @Override
  public Mono<Void> checkpoint(Tx tx, Map<String, ?> state) {
    return Mono.defer(() -> progress.checkpoint(tx, task.claim(), text(state)));
  }

  private static String text(Map<String, ?> state) {
    String text = Json.writeText(state);
    if (text.length() > MAX_CHECKPOINT) {
      throw new IllegalArgumentException("a checkpoint of " + text.length() + " characters");
    }
    return text;
  }

  @Override
  public Mono<Void> addTasks(Tx tx, List<TaskStart> tasks) {
    return Mono.defer(() -> progress.addTasks(tx, task.claim(), tasks));
  }

  @Override
  public void log(String line) {
    synchronized (waiting) {
      if (waiting.size() < MAX_WAITING_LINES) {
        waiting.add(new TaskLog.Line(clock.instant(), line));
      }
    }
  }

  /** What waits goes first, so that the lines keep their order. */
  @Override
  public Mono<Void> log(Tx tx, List<String> lines) {
    return Mono.defer(() -> {
      Instant now = clock.instant();
      List<TaskLog.Line> all = new ArrayList<>(takeWaiting());
      lines.forEach(line -> all.add(new TaskLog.Line(now, line)));
      return all.isEmpty() ? Mono.empty() : progress.log(tx, task.claim(), all);
    });
  }

  @Override
  public boolean stopRequested() {
    return stopRequested;
  }

  void requestStop() {
    stopRequested = true;
  }

  /** Ends the run at once: the task is another worker's now. */
  void lose() {
    lost.tryEmitEmpty();
  }

  /** Completes when the task is lost. */
  Mono<Void> lost() {
    return lost.asMono();
  }

  /** Writes the lines out that wait; a failure costs these lines. */
  Mono<Void> flush() {
    return Mono.defer(
            () -> {
              List<TaskLog.Line> lines = takeWaiting();
              return lines.isEmpty() ? Mono.empty() : progress.log(task.claim(), lines);
            })
        .onErrorResume(RegistryException.class, _ -> Mono.empty());
  }

  private List<TaskLog.Line> takeWaiting() {
    synchronized (waiting) {
      List<TaskLog.Line> lines = List.copyOf(waiting);
      waiting.clear();
      return lines;
    }
  }

  ClaimedTask task() {
    return task;
  }
}
