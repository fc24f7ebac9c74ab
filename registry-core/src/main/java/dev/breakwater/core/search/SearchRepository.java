package dev.breakwater.core.search;

import dev.breakwater.core.project.Visibility;
import java.util.List;
import reactor.core.publisher.Mono;

/** Searches the rows of repositories. */
public interface SearchRepository {
  /**
   * Repositories whose whole name contains the text, by name.
   *
   * @param visibility in which projects
   * @param limit at most so many
   */
  Mono<List<RepositoryMatch>> repositories(Visibility visibility, String part, int limit);
}
