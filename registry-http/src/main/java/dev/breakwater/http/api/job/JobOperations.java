package dev.breakwater.http.api.job;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.job.JobMonitor;
import dev.breakwater.core.job.JobMonitor.QueueAction;
import dev.breakwater.core.job.JobMonitor.Worker;
import dev.breakwater.core.job.JobQueueState;
import dev.breakwater.core.job.WorkerPool;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Fields;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Workers and queues. */
public final class JobOperations {
  private static final String API = "/api/v2.0/jobservice";

  private final JobMonitor monitor;
  private final JsonBodies bodies;

  public JobOperations(JobMonitor monitor, JsonBodies bodies) {
    this.monitor = monitor;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", API + "/pools", "getWorkerPools", this::pools)
        .add("GET", API + "/pools/{pool_id}/workers", "getWorkers", this::workers)
        .add("PUT", API + "/jobs/{job_id}", "stopRunningJob", this::stop)
        .add("GET", API + "/jobs/{job_id}/log", "actionGetJobLog", this::log)
        .add("GET", API + "/queues", "listJobQueues", this::queues)
        .add("PUT", API + "/queues/{job_type}", "actionPendingJobs", this::steer);
  }

  private Mono<Void> pools(Exchange exchange, PathParameters path) {
    return monitor
        .pools(exchange.caller())
        .flatMap(pools ->
            ApiAnswers.json(exchange, 200, pools.stream().map(JobOperations::pool).toList()));
  }

  private static Map<String, Object> pool(WorkerPool pool) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("pid", pool.processId());
    json.put("worker_pool_id", pool.id());
    json.put("start_at", ApiAnswers.time(pool.startedAt()));
    json.put("heartbeat_at", ApiAnswers.time(pool.seenAt()));
    json.put("concurrency", pool.concurrency());
    json.put("host", pool.host());
    return json;
  }

  private Mono<Void> workers(Exchange exchange, PathParameters path) {
    return monitor
        .workers(exchange.caller(), path.get(0))
        .flatMap(workers ->
            ApiAnswers.json(exchange, 200, workers.stream().map(JobOperations::worker).toList()));
  }

  private static Map<String, Object> worker(Worker worker) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", worker.id());
    json.put("pool_id", worker.poolId());
    worker
        .task()
        .ifPresent(task -> {
          json.put("job_name", task.kind());
          json.put("job_id", Long.toString(task.taskId()));
          json.put("start_at", ApiAnswers.time(task.startedAt()));
          json.put("checkin_at", ApiAnswers.time(task.seenAt()));
        });
    return json;
  }

  private Mono<Void> stop(Exchange exchange, PathParameters path) {
    return monitor
        .stop(exchange.caller(), path.get(0))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> log(Exchange exchange, PathParameters path) {
    return monitor
        .log(exchange.caller(), path.get(0))
        .flatMap(lines -> TextAnswers.log(exchange, lines));
  }

  private Mono<Void> queues(Exchange exchange, PathParameters path) {
    return monitor
        .queues(exchange.caller())
        .flatMap(queues ->
            ApiAnswers.json(exchange, 200, queues.stream().map(JobOperations::queue).toList()));
  }

  private static Map<String, Object> queue(JobQueueState queue) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("job_type", queue.kind());
    json.put("count", queue.waiting());
    json.put("latency", queue.latency().toSeconds());
    json.put("paused", queue.paused());
    return json;
  }

  private Mono<Void> steer(Exchange exchange, PathParameters path) {
    return monitor
        .requireStop(exchange.caller())
        .then(Mono.defer(() -> bodies.object(exchange, JsonBodies.SMALL)))
        .flatMap(body -> monitor.steer(exchange.caller(), path.get(0), action(body)))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private static QueueAction action(JsonValue body) {
    String action = Fields.text(body, "action");
    return switch (action) {
      case "stop" -> QueueAction.STOP;
      case "pause" -> QueueAction.PAUSE;
      case "resume" -> QueueAction.RESUME;
      default ->
          throw new RegistryException(
              ErrorCode.UNPROCESSABLE,
              "action is '" + Printable.shorten(action) + "'; it must be stop, pause or resume");
    };
  }
}
