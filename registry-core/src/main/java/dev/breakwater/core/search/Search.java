package dev.breakwater.core.search;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.ProjectDetails;
import dev.breakwater.core.project.ProjectService;
import dev.breakwater.core.project.Visibility;
import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Finds projects and repositories that the caller may see by a part of their names. */
public final class Search {
  /** Whoever wants more than so many of a kind should say more. */
  static final int MAX_FOUND = 100;

  private static final Permission LIST = Permission.of(Resource.REPOSITORY, Verb.LIST);

  private final ProjectService projects;
  private final SearchRepository repositories;

  public Search(ProjectService projects, SearchRepository repositories) {
    this.projects = projects;
    this.repositories = repositories;
  }

  /**
   * @param part of the name, whatever the case of its letters; empty: any
   */
  public Mono<Found> find(Caller caller, String part) {
    Optional<Condition> named =
        part.isEmpty() ? Optional.empty() : Optional.of(new Condition.Fuzzy("name", part));
    return Mono.zip(
        projects
            .list(caller, Optional.empty(), ListRequest.all(0, MAX_FOUND).and(named))
            .map(Slice::elements),
        repositories.repositories(visibility(caller), part, MAX_FOUND),
        Found::new);
  }

  private static Visibility visibility(Caller caller) {
    return switch (caller.principal()) {
      case Principal.Anonymous _ -> Visibility.ofAnybody();
      case Principal.User user ->
          user.systemAdministrator()
              ? new Visibility.Everything()
              : new Visibility.OfUser(user.id());
      case Principal.Robot robot ->
          robot.access().everyProject().contains(LIST)
              ? new Visibility.Everything()
              : new Visibility.OfProjects(
                  robot.access().projects().entrySet().stream()
                      .filter(entry -> entry.getValue().contains(LIST))
                      .map(Map.Entry::getKey)
                      .collect(Collectors.toSet()));
    };
  }

  /** What was found. */
  public record Found(List<ProjectDetails> projects, List<RepositoryMatch> repositories) {
    public Found {
      projects = List.copyOf(projects);
      repositories = List.copyOf(repositories);
    }
  }
}
