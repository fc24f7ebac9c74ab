package dev.breakwater.http.api.immutability;

import dev.breakwater.core.immutability.ImmutableRuleService;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.server.Exchange;
import reactor.core.publisher.Mono;

/** {@code /projects/{project_name_or_id}/immutabletagrules} in Harbor's shapes. */
public final class ImmutableRuleOperations {
  private static final String PROJECTS = "/api/v2.0/projects/";
  private static final String ALL = PROJECTS + "{project_name_or_id}/immutabletagrules";
  private static final String ONE = ALL + "/{immutable_rule_id}";

  private final ImmutableRuleService rules;
  private final ProjectReference reference;
  private final JsonBodies bodies;

  public ImmutableRuleOperations(
      ImmutableRuleService rules, ProjectReference reference, JsonBodies bodies) {
    this.rules = rules;
    this.reference = reference;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", ALL, "ListImmuRules", this::list)
        .add("POST", ALL, "CreateImmuRule", this::create)
        .add("PUT", ONE, "UpdateImmuRule", this::update)
        .add("DELETE", ONE, "DeleteImmuRule", this::delete);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange);
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> rules.list(exchange.caller(), project, request))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(ImmutableRuleJson::json).elements());
        });
  }

  private Mono<Void> create(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(body -> ImmutableRuleJson.parse(body, 0))
        .flatMap(rule ->
            reference
                .nameOrId(exchange, path.get(0))
                .flatMap(project ->
                    rules
                        .create(exchange.caller(), project, rule)
                        .flatMap(id -> {
                          exchange
                              .response()
                              .header(
                                  "Location", PROJECTS + project.id() + "/immutabletagrules/" + id);
                          return exchange.sendEmpty(201);
                        })));
  }

  private Mono<Void> update(Exchange exchange, PathParameters path) {
    long id = path.number(1);
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(body -> ImmutableRuleJson.parse(body, id))
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
}
