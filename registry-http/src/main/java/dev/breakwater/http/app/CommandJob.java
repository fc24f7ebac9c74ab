package dev.breakwater.http.app;

import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.TaskStart;
import dev.breakwater.core.job.Trigger;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.transaction.Tx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** Work of a job that a command runs by itself: it has no rows and goes on from no checkpoint. */
record CommandJob(Map<String, Object> given, Consumer<String> out) implements JobContext {
  @Override
  public long taskId() {
    return 0;
  }

  @Override
  public long executionId() {
    return 0;
  }

  @Override
  public long ownerId() {
    return -1;
  }

  @Override
  public Trigger trigger() {
    return Trigger.MANUAL;
  }

  @Override
  public JsonValue parameters() {
    return Json.parse(Json.write(given));
  }

  @Override
  public Optional<JsonValue> checkpoint() {
    return Optional.empty();
  }

  @Override
  public Mono<Void> checkpoint(Map<String, ?> state) {
    return Mono.empty();
  }

  @Override
  public Mono<Void> checkpoint(Tx tx, Map<String, ?> state) {
    return Mono.empty();
  }

  @Override
  public Mono<Void> addTasks(Tx tx, List<TaskStart> tasks) {
    return Mono.error(new IllegalStateException("a command has one task"));
  }

  @Override
  public void log(String line) {
    out.accept(line);
  }

  @Override
  public Mono<Void> log(Tx tx, List<String> lines) {
    return Mono.fromRunnable(() -> lines.forEach(out));
  }

  @Override
  public boolean stopRequested() {
    return false;
  }
}
