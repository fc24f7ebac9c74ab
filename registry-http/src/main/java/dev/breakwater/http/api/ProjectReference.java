package dev.breakwater.http.api;

import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectService;
import dev.breakwater.http.server.Exchange;
import reactor.core.publisher.Mono;

/** Finds the project that a path names. */
public final class ProjectReference {
  private static final int MAX_DIGITS = 18;

  private final ProjectService projects;

  public ProjectReference(ProjectService projects) {
    this.projects = projects;
  }

  /** A number is an id, unless the client says by {@code X-Is-Resource-Name} that it is a name. */
  public Mono<Project> nameOrId(Exchange exchange, String text) {
    boolean isName = Flags.header(exchange, "X-Is-Resource-Name");
    boolean isId =
        !isName
            && !text.isEmpty()
            && text.length() <= MAX_DIGITS
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return isId
        ? projects.find(exchange.caller(), Long.parseLong(text))
        : projects.find(exchange.caller(), text);
  }

  /** A number is a name as well. */
  public Mono<Project> name(Exchange exchange, String text) {
    return projects.find(exchange.caller(), text);
  }
}
