package dev.breakwater.http.api.repository;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.project.Project;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.server.Exchange;
import reactor.core.publisher.Mono;

/** Reads {@code /projects/{project_name}/repositories/{repository_name}}. */
public final class RepositoryPath {
  private final ProjectReference projects;

  public RepositoryPath(ProjectReference projects) {
    this.projects = projects;
  }

  /**
   * The project and the repository that a path names in its first two variable parts.
   *
   * @throws RegistryException (as error signal) NOT_FOUND, BAD_REQUEST for no name of a repository
   */
  public Mono<Place> of(Exchange exchange, PathParameters path) {
    String name = path.repository(1);
    return projects
        .name(exchange, path.get(0))
        .map(project -> new Place(project, name(project, name)));
  }

  private static RepositoryName name(Project project, String rest) {
    try {
      return RepositoryName.parse(project.name().value() + "/" + rest);
    } catch (RegistryException e) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "'" + Printable.shorten(rest) + "' is not a repository name", e);
    }
  }

  /**
   * @param name the whole name
   */
  public record Place(Project project, RepositoryName name) {}
}
