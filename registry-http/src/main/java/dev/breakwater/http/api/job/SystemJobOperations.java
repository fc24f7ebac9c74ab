package dev.breakwater.http.api.job;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.job.Execution;
import dev.breakwater.core.job.Trigger;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.schedule.Schedule;
import dev.breakwater.core.schedule.ScheduleType;
import dev.breakwater.core.schedule.SystemJobs;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Fields;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * A job of the system in Harbor's shape: garbage collection and the purge of the audit log differ
 * in their path, their names and their parameters alone.
 */
public final class SystemJobOperations {
  private final SystemJobs jobs;
  private final JsonBodies bodies;
  private final String path;
  private final Names names;

  /**
   * @param path such as {@code /api/v2.0/system/gc}
   */
  public SystemJobOperations(SystemJobs jobs, JsonBodies bodies, String path, Names names) {
    this.jobs = jobs;
    this.bodies = bodies;
    this.path = path;
    this.names = names;
  }

  public void addTo(ApiRouter router) {
    String one = path + "/{id}";
    router
        .add("GET", path, names.history(), this::history)
        .add("GET", one.replace("id", names.id()), names.get(), this::get)
        .add("PUT", one.replace("id", names.id()), names.stop(), this::stop)
        .add("GET", one.replace("id", names.id()) + "/log", names.log(), this::log)
        .add("GET", path + "/schedule", names.getSchedule(), this::schedule)
        .add("POST", path + "/schedule", names.createSchedule(), this::create)
        .add("PUT", path + "/schedule", names.updateSchedule(), this::update);
  }

  private Mono<Void> history(Exchange exchange, PathParameters parameters) {
    Page page = Page.of(exchange);
    return jobs.history(exchange.caller(), page.request(exchange))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(SystemJobOperations::json).elements());
        });
  }

  private Mono<Void> get(Exchange exchange, PathParameters parameters) {
    return jobs.get(exchange.caller(), parameters.number(0))
        .flatMap(execution -> ApiAnswers.json(exchange, 200, json(execution)));
  }

  private static Map<String, Object> json(Execution execution) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", execution.id());
    json.put("job_name", execution.kind());
    json.put("job_kind", execution.trigger().name());
    json.put("job_parameters", execution.attributes().toString());
    json.put(
        "schedule",
        Map.of("type", execution.trigger() == Trigger.SCHEDULE ? "Schedule" : "Manual"));
    json.put("job_status", execution.status().label());
    json.put("deleted", false);
    json.put("creation_time", ApiAnswers.time(execution.startedAt()));
    json.put("update_time", ApiAnswers.time(execution.updatedAt()));
    return json;
  }

  private Mono<Void> stop(Exchange exchange, PathParameters parameters) {
    return jobs.stop(exchange.caller(), parameters.number(0))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> log(Exchange exchange, PathParameters parameters) {
    return jobs.log(exchange.caller(), parameters.number(0))
        .flatMap(lines -> TextAnswers.log(exchange, lines));
  }

  private Mono<Void> schedule(Exchange exchange, PathParameters parameters) {
    return jobs.schedule(exchange.caller())
        .map(SystemJobOperations::json)
        .defaultIfEmpty(Map.of())
        .flatMap(json -> ApiAnswers.json(exchange, 200, json));
  }

  private static Map<String, Object> json(Schedule schedule) {
    Map<String, Object> timing = new LinkedHashMap<>();
    timing.put("type", schedule.type().label());
    timing.put("cron", schedule.cron());
    timing.put("next_scheduled_time", ApiAnswers.time(schedule.nextRunAt()));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", schedule.id());
    json.put("job_name", schedule.kind());
    json.put("job_kind", Trigger.SCHEDULE.name());
    json.put("job_parameters", schedule.parameters().toString());
    json.put("schedule", timing);
    json.put("deleted", false);
    json.put("creation_time", ApiAnswers.time(schedule.createdAt()));
    json.put("update_time", ApiAnswers.time(schedule.updatedAt()));
    return json;
  }

  private Mono<Void> create(Exchange exchange, PathParameters parameters) {
    return apply(exchange, false)
        .flatMap(started -> {
          started.ifPresent(id -> exchange.response().header("Location", path + "/" + id));
          return exchange.sendEmpty(201);
        });
  }

  private Mono<Void> update(Exchange exchange, PathParameters parameters) {
    return apply(exchange, true).flatMap(_ -> exchange.sendEmpty(200));
  }

  private Mono<Optional<Long>> apply(Exchange exchange, boolean change) {
    return jobs.requireSchedule(exchange.caller(), change)
        .then(Mono.defer(() -> bodies.object(exchange, JsonBodies.SMALL)))
        .flatMap(body -> apply(exchange, change, body));
  }

  private Mono<Optional<Long>> apply(Exchange exchange, boolean change, JsonValue body) {
    JsonValue schedule = body.get("schedule");
    if (!schedule.isObject()) {
      throw bad("schedule must be an object with a type, such as {\"type\":\"Manual\"}");
    }
    JsonValue parameters = body.get("parameters");
    if (!parameters.isAbsent() && !parameters.isObject()) {
      throw bad("parameters must be an object");
    }
    return jobs.apply(
        exchange.caller(),
        change,
        ScheduleType.parse(Fields.text(schedule, "type")),
        Fields.text(schedule, "cron"),
        parameters);
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }

  /**
   * The names of the operations.
   *
   * @param id the variable in the path
   */
  public record Names(
      String id,
      String history,
      String get,
      String stop,
      String log,
      String getSchedule,
      String createSchedule,
      String updateSchedule) {
    public static final Names GARBAGE_COLLECTION =
        new Names(
            "gc_id",
            "getGCHistory",
            "getGC",
            "stopGC",
            "getGCLog",
            "getGCSchedule",
            "createGCSchedule",
            "updateGCSchedule");

    public static final Names PURGE =
        new Names(
            "purge_id",
            "getPurgeHistory",
            "getPurgeJob",
            "stopPurge",
            "getPurgeJobLog",
            "getPurgeSchedule",
            "createPurgeSchedule",
            "updatePurgeSchedule");
  }
}
