package dev.breakwater.http.api.retention;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.job.TaskLog;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.retention.RetentionRuns;
import dev.breakwater.core.retention.RetentionService;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Fields;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import reactor.core.publisher.Mono;

/** {@code /retentions} in Harbor's shapes. */
public final class RetentionOperations {
  private static final String ALL = "/api/v2.0/retentions";
  private static final String ONE = ALL + "/{id}";
  private static final String EXECUTIONS = ONE + "/executions";
  private static final String EXECUTION = EXECUTIONS + "/{eid}";
  private static final String TASKS = EXECUTION + "/tasks";

  private final RetentionService policies;
  private final RetentionRuns runs;
  private final JsonBodies bodies;

  public RetentionOperations(RetentionService policies, RetentionRuns runs, JsonBodies bodies) {
    this.policies = policies;
    this.runs = runs;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", ALL + "/metadatas", "getRentenitionMetadata", this::metadata)
        .add("POST", ALL, "createRetention", this::create)
        .add("GET", ONE, "getRetention", this::get)
        .add("PUT", ONE, "updateRetention", this::update)
        .add("DELETE", ONE, "deleteRetention", this::delete)
        .add("POST", EXECUTIONS, "triggerRetentionExecution", this::start)
        .add("GET", EXECUTIONS, "listRetentionExecutions", this::executions)
        .add("PATCH", EXECUTION, "operateRetentionExecution", this::stop)
        .add("GET", TASKS, "listRetentionTasks", this::tasks)
        .add("GET", TASKS + "/{tid}", "getRetentionTaskLog", this::log)
        .add("GET", TASKS + "/{tid}/verdicts", "listRetentionVerdicts", this::verdicts)
        .add("GET", EXECUTION + "/forecast", "getRetentionForecast", this::forecast);
  }

  private Mono<Void> metadata(Exchange exchange, PathParameters path) {
    return policies
        .requireKnown(exchange.caller())
        .then(Mono.defer(() -> ApiAnswers.json(exchange, 200, RetentionJson.metadata())));
  }

  private Mono<Void> create(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .flatMap(body -> policies.create(exchange.caller(), RetentionJson.parse(body, 0)))
        .flatMap(id -> {
          exchange.response().header("Location", ALL + "/" + id);
          return exchange.sendEmpty(201);
        });
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    return policies
        .get(exchange.caller(), path.number(0))
        .flatMap(policy -> ApiAnswers.json(exchange, 200, RetentionJson.json(policy)));
  }

  private Mono<Void> update(Exchange exchange, PathParameters path) {
    long id = path.number(0);
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .flatMap(body -> policies.update(exchange.caller(), RetentionJson.parse(body, id)))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> delete(Exchange exchange, PathParameters path) {
    return policies
        .delete(exchange.caller(), path.number(0))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> start(Exchange exchange, PathParameters path) {
    long id = path.number(0);
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(body -> Fields.flag(body, "dry_run").orElse(false))
        .flatMap(dryRun -> runs.start(exchange.caller(), id, dryRun))
        .flatMap(execution -> {
          exchange.response().header("Location", ALL + "/" + id + "/executions/" + execution);
          return exchange.sendEmpty(201);
        });
  }

  private Mono<Void> stop(Exchange exchange, PathParameters path) {
    long id = path.number(0);
    long execution = path.number(1);
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .doOnNext(RetentionOperations::requireStop)
        .flatMap(_ -> runs.stop(exchange.caller(), id, execution))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private static void requireStop(JsonValue body) {
    if (!Fields.text(body, "action").equals("stop")) {
      throw new RegistryException(ErrorCode.BAD_REQUEST, "action should be 'stop'");
    }
  }

  private Mono<Void> executions(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    return runs.list(exchange.caller(), path.number(0), ListRequest.all(page.offset(), page.size()))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(RetentionJson::json).elements());
        });
  }

  private Mono<Void> tasks(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    return runs.tasks(
            exchange.caller(),
            path.number(0),
            path.number(1),
            ListRequest.all(page.offset(), page.size()))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(RetentionJson::json).elements());
        });
  }

  private Mono<Void> verdicts(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange);
    return runs.verdicts(exchange.caller(), path.number(0), path.number(1), path.number(2), request)
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(RetentionJson::json).elements());
        });
  }

  private Mono<Void> forecast(Exchange exchange, PathParameters path) {
    return runs.forecast(exchange.caller(), path.number(0), path.number(1))
        .flatMap(found -> ApiAnswers.json(exchange, 200, RetentionJson.json(found)));
  }

  private Mono<Void> log(Exchange exchange, PathParameters path) {
    return runs.log(exchange.caller(), path.number(0), path.number(1), path.number(2))
        .flatMap(lines ->
            exchange.sendBytes(
                200, "text/plain; charset=utf-8", TaskLog.text(lines).getBytes(UTF_8)));
  }
}
