package dev.breakwater.core.project;

import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The rows of projects. */
public interface ProjectRepository {
  /** Empty when there is none. The name is any text: one that is no project name matches none. */
  Mono<Project> findByName(String name);

  Mono<Project> findById(long id);

  /**
   * @throws dev.breakwater.core.error.RegistryException CONFLICT when the name is taken
   */
  Mono<Project> create(ProjectName name, boolean isPublic, long ownerId);

  /**
   * One page, ordered by name.
   *
   * @param filter which to list
   * @param offset how many to skip, 0 or more
   * @param limit how many at most, 1 to 100
   */
  Mono<List<Project>> list(Filter filter, int offset, int limit);

  Mono<Long> count(Filter filter);

  /**
   * Deletes the project.
   *
   * @return false when there is no such project
   * @throws dev.breakwater.core.error.RegistryException PRECONDITION_FAILED when it still has
   *     repositories
   */
  Mono<Boolean> delete(long id);

  /**
   * @param name part of the name, case-insensitive
   * @param isPublic only public or only private ones
   * @param ownerName only those that this user created
   */
  record Filter(Optional<String> name, Optional<Boolean> isPublic, Optional<String> ownerName) {
    public static final Filter ALL =
        new Filter(Optional.empty(), Optional.empty(), Optional.empty());
  }
}
