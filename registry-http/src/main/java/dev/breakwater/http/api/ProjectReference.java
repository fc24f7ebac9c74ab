package dev.breakwater.http.api;

import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectService;
import dev.breakwater.http.server.Exchange;
import reactor.core.publisher.Mono;

/**
 * Finds the project that a path names, for whoever may do anything in it. Each operation asks for
 * its own permission after that, and for no other: whoever may, say, create tags need not be
 * allowed to read the project.
 */
public final class ProjectReference {
  private static final int MAX_DIGITS = 18;

  private final ProjectService projects;

  public ProjectReference(ProjectService projects) {
    this.projects = projects;
  }

  /** A number is an id, unless the client says by {@code X-Is-Resource-Name} that it is a name. */
  public Mono<Project> nameOrId(Exchange exchange, String text) {
    return isId(exchange, text)
        ? projects.enter(exchange.caller(), Long.parseLong(text))
        : projects.enter(exchange.caller(), text);
  }

  /** The same for operations that show the project itself: only for those who may read it. */
  public Mono<Project> readable(Exchange exchange, String text) {
    return isId(exchange, text)
        ? projects.find(exchange.caller(), Long.parseLong(text))
        : projects.find(exchange.caller(), text);
  }

  private static boolean isId(Exchange exchange, String text) {
    return !Flags.header(exchange, "X-Is-Resource-Name")
        && !text.isEmpty()
        && text.length() <= MAX_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** A number is a name as well. */
  public Mono<Project> name(Exchange exchange, String text) {
    return projects.enter(exchange.caller(), text);
  }
}
