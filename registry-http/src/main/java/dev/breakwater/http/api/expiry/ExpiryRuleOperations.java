package dev.breakwater.http.api.expiry;

import dev.breakwater.core.expiry.ExpiryRule;
import dev.breakwater.core.expiry.ExpiryRuleService;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.manifest.Lifetime;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.selector.SelectorJson;
import dev.breakwater.core.selector.TagSelector;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Fields;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** {@code /projects/{project_name_or_id}/expiry-rules}: how long artifacts live, by their tags. */
public final class ExpiryRuleOperations {
  private static final String PROJECTS = "/api/v2.0/projects/";
  private static final String ALL = PROJECTS + "{project_name_or_id}/expiry-rules";
  private static final String ONE = ALL + "/{rule_id}";

  private final ExpiryRuleService rules;
  private final ProjectReference reference;
  private final JsonBodies bodies;

  public ExpiryRuleOperations(
      ExpiryRuleService rules, ProjectReference reference, JsonBodies bodies) {
    this.rules = rules;
    this.reference = reference;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", ALL, "listExpiryRules", this::list)
        .add("POST", ALL, "createExpiryRule", this::create)
        .add("GET", ONE, "getExpiryRule", this::get)
        .add("PUT", ONE, "updateExpiryRule", this::update)
        .add("DELETE", ONE, "deleteExpiryRule", this::delete);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange);
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> rules.list(exchange.caller(), project, request))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(ExpiryRuleOperations::json).elements());
        });
  }

  private Mono<Void> create(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(body -> parse(body, ExpiryRule.NEW))
        .flatMap(rule ->
            reference
                .nameOrId(exchange, path.get(0))
                .flatMap(project ->
                    rules
                        .create(exchange.caller(), project, rule)
                        .flatMap(id -> {
                          String location = PROJECTS + project.id() + "/expiry-rules/" + id;
                          exchange.response().header("Location", location);
                          return exchange.sendEmpty(201);
                        })));
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    long id = path.number(1);
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> rules.get(exchange.caller(), project, id))
        .flatMap(rule -> ApiAnswers.json(exchange, 200, json(rule)));
  }

  private Mono<Void> update(Exchange exchange, PathParameters path) {
    long id = path.number(1);
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(body -> parse(body, id))
        .flatMap(rule ->
            reference
                .nameOrId(exchange, path.get(0))
                .flatMap(project -> rules.update(exchange.caller(), project, rule)))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> delete(Exchange exchange, PathParameters path) {
    long id = path.number(1);
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> rules.delete(exchange.caller(), project, id))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private static ExpiryRule parse(JsonValue body, long id) {
    TagSelector tags = SelectorJson.tag(body.get("tag_selectors"));
    return new ExpiryRule(
        id,
        Fields.flag(body, "disabled").orElse(false),
        SelectorJson.repository(body.get("scope_selectors")),
        tags.excluding(),
        tags.pattern(),
        Lifetime.parse(Fields.text(body, "expires_after")));
  }

  /** Untagged artifacts have no rule: they go with garbage collection. */
  private static Map<String, Object> json(ExpiryRule rule) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", rule.id());
    json.put("disabled", rule.disabled());
    json.put("expires_after", rule.lifetime().text());
    json.put(
        "tag_selectors", SelectorJson.write(new TagSelector(rule.excluding(), rule.tags(), false)));
    json.put("scope_selectors", SelectorJson.write(rule.repositories()));
    return json;
  }
}
