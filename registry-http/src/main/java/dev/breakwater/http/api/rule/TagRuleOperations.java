package dev.breakwater.http.api.rule;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.rule.TagRule;
import dev.breakwater.core.rule.TagRuleService;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.server.Exchange;
import reactor.core.publisher.Mono;

/** The rules of one sort in {@code /projects/{project_name_or_id}}. */
public final class TagRuleOperations<R extends TagRule> {
  private static final String PROJECTS = "/api/v2.0/projects/";

  private final TagRuleRoutes routes;
  private final TagRuleForm<R> form;
  private final TagRuleService<R> rules;
  private final ProjectReference reference;
  private final JsonBodies bodies;

  public TagRuleOperations(
      TagRuleRoutes routes,
      TagRuleForm<R> form,
      TagRuleService<R> rules,
      ProjectReference reference,
      JsonBodies bodies) {
    this.routes = routes;
    this.form = form;
    this.rules = rules;
    this.reference = reference;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    String all = PROJECTS + "{project_name_or_id}/" + routes.segment();
    String one = all + "/" + routes.variable();
    router
        .add("GET", all, routes.list(), this::list)
        .add("POST", all, routes.create(), this::create)
        .add("PUT", one, routes.update(), this::update)
        .add("DELETE", one, routes.delete(), this::delete);
    routes.get().ifPresent(name -> router.add("GET", one, name, this::get));
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    ListRequest request = page.request(exchange);
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> rules.list(exchange.caller(), project, request))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(form::json).elements());
        });
  }

  private Mono<Void> create(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(body -> form.parse(body, TagRule.NEW))
        .flatMap(rule ->
            reference
                .nameOrId(exchange, path.get(0))
                .flatMap(project ->
                    rules
                        .create(exchange.caller(), project, rule)
                        .flatMap(id -> created(exchange, project.id(), id))));
  }

  private Mono<Void> created(Exchange exchange, long project, long id) {
    exchange.response().header("Location", PROJECTS + project + "/" + routes.segment() + "/" + id);
    return exchange.sendEmpty(201);
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    long id = path.number(1);
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> rules.get(exchange.caller(), project, id))
        .flatMap(rule -> ApiAnswers.json(exchange, 200, form.json(rule)));
  }

  private Mono<Void> update(Exchange exchange, PathParameters path) {
    long id = path.number(1);
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(body -> form.parse(body, id))
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
