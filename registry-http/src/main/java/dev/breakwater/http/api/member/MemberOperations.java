package dev.breakwater.http.api.member;

import dev.breakwater.core.member.Member;
import dev.breakwater.core.member.MemberService;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** {@code /projects/{project_name_or_id}/members} in Harbor's shapes. */
public final class MemberOperations {
  private static final String PROJECTS = "/api/v2.0/projects/";
  private static final String ALL = PROJECTS + "{project_name_or_id}/members";
  private static final String ONE = ALL + "/{mid}";

  private final MemberService members;
  private final ProjectReference reference;
  private final JsonBodies bodies;

  public MemberOperations(MemberService members, ProjectReference reference, JsonBodies bodies) {
    this.members = members;
    this.reference = reference;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", ALL, "listProjectMembers", this::list)
        .add("POST", ALL, "createProjectMember", this::create)
        .add("GET", ONE, "getProjectMember", this::get)
        .add("PUT", ONE, "updateProjectMember", this::update)
        .add("DELETE", ONE, "deleteProjectMember", this::delete);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    Optional<Condition> name = Page.fuzzy(exchange, "entityname");
    ListRequest request = ListRequest.all(page.offset(), page.size()).and(name);
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> members.list(exchange.caller(), project, request))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(MemberOperations::json).elements());
        });
  }

  private Mono<Void> create(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(MemberRequest::parse)
        .flatMap(wanted ->
            reference
                .nameOrId(exchange, path.get(0))
                .flatMap(project ->
                    members
                        .add(exchange.caller(), project, wanted.candidate(), wanted.role())
                        .flatMap(id -> created(exchange, project, id))));
  }

  private static Mono<Void> created(Exchange exchange, Project project, long id) {
    exchange.response().header("Location", PROJECTS + project.id() + "/members/" + id);
    return exchange.sendEmpty(201);
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    long id = path.number(1);
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> members.get(exchange.caller(), project, id))
        .flatMap(member -> ApiAnswers.json(exchange, 200, json(member)));
  }

  private Mono<Void> update(Exchange exchange, PathParameters path) {
    long id = path.number(1);
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(MemberRequest::role)
        .flatMap(role ->
            reference
                .nameOrId(exchange, path.get(0))
                .flatMap(project -> members.changeRole(exchange.caller(), project, id, role)))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> delete(Exchange exchange, PathParameters path) {
    long id = path.number(1);
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> members.remove(exchange.caller(), project, id))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private static Map<String, Object> json(Member member) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", member.id());
    json.put("project_id", member.projectId());
    json.put("entity_name", member.entityName());
    json.put("role_name", member.role().label());
    json.put("role_id", member.role().id());
    json.put("entity_id", member.entity().id());
    json.put("entity_type", member.entity().letter());
    return json;
  }
}
