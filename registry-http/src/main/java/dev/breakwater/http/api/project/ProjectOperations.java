package dev.breakwater.http.api.project;

import dev.breakwater.core.allowlist.ProjectAllowlists;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectChange;
import dev.breakwater.core.project.ProjectDetails;
import dev.breakwater.core.project.ProjectService;
import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Flags;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.api.allowlist.AllowlistJson;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** {@code /projects} in Harbor's shapes. */
public final class ProjectOperations {
  private static final String PROJECTS = "/api/v2.0/projects";
  private static final String ONE = PROJECTS + "/{project_name_or_id}";

  private final ProjectService projects;
  private final ProjectAllowlists allowlists;
  private final ProjectReference reference;
  private final JsonBodies bodies;

  public ProjectOperations(
      ProjectService projects, ProjectAllowlists allowlists, JsonBodies bodies) {
    this.projects = projects;
    this.allowlists = allowlists;
    this.reference = new ProjectReference(projects);
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", PROJECTS, "listProjects", this::list)
        .add("HEAD", PROJECTS, "headProject", this::head)
        .add("POST", PROJECTS, "createProject", this::create)
        .add("GET", ONE, "getProject", this::get)
        .add("PUT", ONE, "updateProject", this::update)
        .add("DELETE", ONE, "deleteProject", this::delete)
        .add("GET", ONE + "/_deletable", "getProjectDeletable", this::deletable)
        .add("GET", ONE + "/summary", "getProjectSummary", this::summary);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    boolean detailed = Flags.parameter(exchange, "with_detail", true);
    ListRequest request =
        page.request(exchange).and(Page.fuzzy(exchange, "name")).and(isPublic(exchange));
    Optional<String> owner = exchange.parameter("owner").filter(name -> !name.isEmpty());
    Caller caller = exchange.caller();
    Mono<Slice<Map<String, Object>>> found =
        detailed
            ? projects.list(
                caller,
                owner,
                request,
                allowlists::of,
                (each, lists) ->
                    ProjectJson.of(
                        each, Objects.requireNonNull(lists.get(each.project().id())), caller))
            : projects
                .list(caller, owner, request)
                .map(slice -> slice.map(each -> ProjectJson.withoutDetails(each, caller)));
    return found.flatMap(slice -> {
      page.describe(exchange, slice.total());
      return ApiAnswers.json(exchange, 200, slice.elements());
    });
  }

  private Mono<Map<String, Object>> json(ProjectDetails details, Caller caller) {
    long id = details.project().id();
    return allowlists
        .of(Set.of(id))
        .map(found -> ProjectJson.of(details, Objects.requireNonNull(found.get(id)), caller));
  }

  private static Optional<Condition> isPublic(Exchange exchange) {
    return exchange
        .parameter("public")
        .filter(value -> !value.isEmpty())
        .map(_ ->
            new Condition.Exact(
                "public", Boolean.toString(Flags.parameter(exchange, "public", false))));
  }

  private Mono<Void> head(Exchange exchange, PathParameters path) {
    String name =
        exchange
            .parameter("project_name")
            .filter(value -> !value.isEmpty())
            .orElseThrow(
                () -> new RegistryException(ErrorCode.BAD_REQUEST, "project_name is missing"));
    return projects
        .exists(exchange.caller(), name)
        .flatMap(exists -> exchange.sendEmpty(exists ? 200 : 404));
  }

  private Mono<Void> create(Exchange exchange, PathParameters path) {
    boolean byName = Flags.header(exchange, "X-Resource-Name-In-Location");
    return bodies
        .object(exchange, JsonBodies.LARGE)
        .map(ProjectRequest::parse)
        .flatMap(wanted -> projects.create(exchange.caller(), wanted.project(), writing(wanted)))
        .flatMap(project -> created(exchange, project, byName));
  }

  private ProjectChange writing(ProjectRequest wanted) {
    return wanted
        .allowlist()
        .map(list -> allowlists.writing(AllowlistJson.items(list), AllowlistJson.expiry(list)))
        .orElse(ProjectChange.NONE);
  }

  private static Mono<Void> created(Exchange exchange, Project project, boolean byName) {
    String last = byName ? project.name().value() : Long.toString(project.id());
    exchange.response().header("Location", PROJECTS + "/" + last);
    return exchange.sendEmpty(201);
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    return reference
        .readable(exchange, path.get(0))
        .flatMap(project -> projects.details(exchange.caller(), project))
        .flatMap(details -> json(details, exchange.caller()))
        .flatMap(json -> ApiAnswers.json(exchange, 200, json));
  }

  private Mono<Void> update(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.LARGE)
        .map(ProjectRequest::parse)
        .flatMap(wanted ->
            reference
                .nameOrId(exchange, path.get(0))
                .flatMap(project ->
                    projects.update(
                        exchange.caller(),
                        project,
                        wanted.isPublic(),
                        wanted.metadata(),
                        writing(wanted))))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> delete(Exchange exchange, PathParameters path) {
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> projects.delete(exchange.caller(), project))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> deletable(Exchange exchange, PathParameters path) {
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> projects.countObstacles(exchange.caller(), project))
        .flatMap(count -> ApiAnswers.json(exchange, 200, deletable(count)));
  }

  private static Map<String, Object> deletable(long repositories) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("deletable", repositories == 0);
    if (repositories > 0) {
      json.put("message", "the project contains repositories, can not be deleted");
    }
    return json;
  }

  private Mono<Void> summary(Exchange exchange, PathParameters path) {
    return reference
        .nameOrId(exchange, path.get(0))
        .flatMap(project -> projects.summary(exchange.caller(), project))
        .flatMap(summary -> ApiAnswers.json(exchange, 200, ProjectJson.of(summary)));
  }
}
