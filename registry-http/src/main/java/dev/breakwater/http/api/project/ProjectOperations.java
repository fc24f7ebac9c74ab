package dev.breakwater.http.api.project;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectRepository.Filter;
import dev.breakwater.core.project.ProjectService;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** {@code /projects} in Harbor's shapes. */
public final class ProjectOperations {
  private static final String PROJECTS = "/api/v2.0/projects";
  private static final String ONE = PROJECTS + "/{project_name_or_id}";

  private final ProjectService projects;
  private final JsonBodies bodies;

  public ProjectOperations(ProjectService projects, JsonBodies bodies) {
    this.projects = projects;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", PROJECTS, "listProjects", this::list)
        .add("HEAD", PROJECTS, "headProject", this::head)
        .add("POST", PROJECTS, "createProject", this::create)
        .add("GET", ONE, "getProject", this::get)
        .add("DELETE", ONE, "deleteProject", this::delete);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    refuse(exchange, "q", "");
    refuse(exchange, "sort", "name");
    Filter filter =
        new Filter(given(exchange, "name"), flag(exchange, "public"), given(exchange, "owner"));
    return projects
        .list(exchange.caller(), filter, page.offset(), page.size())
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(
              exchange,
              200,
              found.projects().stream()
                  .map(project -> ProjectJson.of(project, exchange.caller()))
                  .toList());
        });
  }

  private Mono<Void> head(Exchange exchange, PathParameters path) {
    String name =
        given(exchange, "project_name")
            .orElseThrow(
                () -> new RegistryException(ErrorCode.BAD_REQUEST, "project_name is missing"));
    return projects
        .exists(exchange.caller(), name)
        .flatMap(exists -> exchange.sendEmpty(exists ? 200 : 404));
  }

  private Mono<Void> create(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(ProjectRequest::parse)
        .flatMap(wanted -> projects.create(exchange.caller(), wanted.name(), wanted.isPublic()))
        .flatMap(project -> created(exchange, project));
  }

  private static Mono<Void> created(Exchange exchange, Project project) {
    String last =
        isTrue(exchange, "X-Resource-Name-In-Location")
            ? project.name().value()
            : Long.toString(project.id());
    exchange.response().header("Location", PROJECTS + "/" + last);
    return exchange.sendEmpty(201);
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    return find(exchange, path)
        .flatMap(
            project -> ApiAnswers.json(exchange, 200, ProjectJson.of(project, exchange.caller())));
  }

  private Mono<Void> delete(Exchange exchange, PathParameters path) {
    return find(exchange, path)
        .flatMap(project -> projects.delete(exchange.caller(), project).thenReturn(project))
        .flatMap(_ -> exchange.sendEmpty(200));
  }

  /** A number is an id, unless the client says that it is a name. */
  private Mono<Project> find(Exchange exchange, PathParameters path) {
    String nameOrId = path.get(0);
    boolean isId = nameOrId.matches("[0-9]{1,18}") && !isTrue(exchange, "X-Is-Resource-Name");
    return isId
        ? projects.find(exchange.caller(), Long.parseLong(nameOrId))
        : projects.find(exchange.caller(), nameOrId);
  }

  private static boolean isTrue(Exchange exchange, String header) {
    return exchange.header(header).map(value -> value.equalsIgnoreCase("true")).orElse(false);
  }

  private static Optional<String> given(Exchange exchange, String parameter) {
    return exchange.parameter(parameter).filter(value -> !value.isEmpty());
  }

  private static Optional<Boolean> flag(Exchange exchange, String parameter) {
    return given(exchange, parameter)
        .map(value ->
            switch (value) {
              case "true", "1" -> true;
              case "false", "0" -> false;
              default ->
                  throw new RegistryException(
                      ErrorCode.BAD_REQUEST,
                      parameter
                          + " is '"
                          + Printable.shorten(value)
                          + "'; it must be true or false");
            });
  }

  /** A filter that is not applied would answer with more than was asked for. */
  private static void refuse(Exchange exchange, String parameter, String exception) {
    if (given(exchange, parameter).filter(value -> !value.equals(exception)).isPresent()) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          parameter + " is not possible here so far; use name, public or owner");
    }
  }
}
