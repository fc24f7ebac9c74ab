package dev.breakwater.http.api.audit;

import dev.breakwater.core.audit.AuditEntry;
import dev.breakwater.core.audit.ReadAuditLog;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.server.Exchange;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** The audit log in Harbor's two shapes: an older one, and one that tells more. */
public final class AuditOperations {
  private static final String API = "/api/v2.0";
  private static final String PROJECT = API + "/projects/{project_name}";

  private final ReadAuditLog log;
  private final ProjectReference reference;

  public AuditOperations(ReadAuditLog log, ProjectReference reference) {
    this.log = log;
    this.reference = reference;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", PROJECT + "/logs", "getLogs", (e, p) -> ofProject(e, p, AuditOperations::brief))
        .add(
            "GET",
            PROJECT + "/auditlog-exts",
            "getLogExts",
            (e, p) -> ofProject(e, p, AuditOperations::whole))
        .add(
            "GET",
            API + "/audit-logs",
            "listAuditLogs",
            (e, _) -> everywhere(e, AuditOperations::brief))
        .add(
            "GET",
            API + "/auditlog-exts",
            "listAuditLogExts",
            (e, _) -> everywhere(e, AuditOperations::whole))
        .add("GET", API + "/auditlog-exts/events", "listAuditLogEventTypes", this::events);
  }

  private Mono<Void> ofProject(
      Exchange exchange, PathParameters path, Function<AuditEntry, Map<String, Object>> json) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange);
    return reference
        .name(exchange, path.get(0))
        .flatMap(project -> log.ofProject(exchange.caller(), project, request))
        .flatMap(found -> answer(exchange, page, found, json));
  }

  private Mono<Void> everywhere(Exchange exchange, Function<AuditEntry, Map<String, Object>> json) {
    Page page = Page.of(exchange);
    return log.everywhere(exchange.caller(), page.request(exchange))
        .flatMap(found -> answer(exchange, page, found, json));
  }

  private static Mono<Void> answer(
      Exchange exchange,
      Page page,
      Slice<AuditEntry> found,
      Function<AuditEntry, Map<String, Object>> json) {
    page.describe(exchange, found.total());
    return ApiAnswers.json(exchange, 200, found.map(json).elements());
  }

  private Mono<Void> events(Exchange exchange, PathParameters path) {
    return log.requireSomebody(exchange.caller())
        .then(
            Mono.defer(() ->
                ApiAnswers.json(
                    exchange,
                    200,
                    Arrays.stream(EventType.values())
                        .map(type -> Map.of("event_type", type.label()))
                        .toList())));
  }

  private static Map<String, Object> brief(AuditEntry entry) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", entry.id());
    json.put("username", entry.username());
    json.put("resource", entry.resource());
    json.put("resource_type", entry.resourceType());
    json.put("operation", entry.operation());
    json.put("op_time", ApiAnswers.time(entry.happenedAt()));
    return json;
  }

  private static Map<String, Object> whole(AuditEntry entry) {
    Map<String, Object> json = brief(entry);
    json.put("operation_description", entry.description());
    json.put("operation_result", entry.successful());
    return json;
  }
}
