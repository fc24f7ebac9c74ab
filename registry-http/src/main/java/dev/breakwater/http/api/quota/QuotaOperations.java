package dev.breakwater.http.api.quota;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.core.quota.Quota;
import dev.breakwater.core.quota.QuotaService;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** {@code /quotas} in Harbor's shapes; a quota's number is its project's. */
public final class QuotaOperations {
  private static final String ALL = "/api/v2.0/quotas";
  private static final String ONE = ALL + "/{id}";

  private final QuotaService quotas;
  private final JsonBodies bodies;

  public QuotaOperations(QuotaService quotas, JsonBodies bodies) {
    this.quotas = quotas;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", ALL, "listQuotas", this::list)
        .add("GET", ONE, "getQuota", this::get)
        .add("PUT", ONE, "updateQuota", this::update);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    String kind = exchange.parameter("reference").orElse("");
    Optional<Condition> project = Page.exact(exchange, "reference_id");
    ListRequest request =
        new ListRequest(
                List.of(),
                QueryParser.orders(exchange.parameter("sort").orElse("")),
                page.offset(),
                page.size())
            .and(project);
    if (!kind.isEmpty() && !kind.equals("project")) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "reference must be project: nothing else has a quota");
    }
    return quotas
        .list(exchange.caller(), request)
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(QuotaOperations::json).elements());
        });
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    return quotas
        .get(exchange.caller(), path.number(0))
        .flatMap(quota -> ApiAnswers.json(exchange, 200, json(quota)));
  }

  private Mono<Void> update(Exchange exchange, PathParameters path) {
    long id = path.number(0);
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(QuotaOperations::limit)
        .flatMap(limit -> quotas.setLimit(exchange.caller(), id, limit))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private static long limit(JsonValue body) {
    JsonValue hard = body.get("hard");
    return hard.get("storage")
        .wholeNumber()
        .orElseThrow(() ->
            new RegistryException(
                ErrorCode.BAD_REQUEST,
                "the body must be {\"hard\": {\"storage\": NUMBER}}, in bytes, -1 for no limit"));
  }

  private static Map<String, Object> json(Quota quota) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", quota.projectId());
    json.put(
        "ref",
        Map.of(
            "id", quota.projectId(),
            "name", quota.projectName(),
            "owner_name", quota.ownerName()));
    json.put("hard", Map.of("storage", quota.limit()));
    json.put("used", Map.of("storage", quota.used()));
    json.put("creation_time", ApiAnswers.time(quota.createdAt()));
    json.put("update_time", ApiAnswers.time(quota.updatedAt()));
    return json;
  }
}
