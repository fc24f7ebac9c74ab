package dev.breakwater.core.retention;

import dev.breakwater.core.oci.RepositoryName;
import java.util.List;
import reactor.core.publisher.Mono;

/** The artifacts that retention looks at, page by page. */
public interface CandidateRepository {
  /**
   * The repositories of a project by their numbers.
   *
   * @param after only those with a greater number
   */
  Mono<List<Target>> repositories(long projectId, long after, int limit);

  /** A repository; empty: it is gone. */
  Mono<Target> repository(long id);

  /**
   * Artifacts of a repository, the latest first.
   *
   * @param before only those that stand before this place
   */
  Mono<List<Candidate>> page(long repositoryId, Ordering ordering, Place before, int limit);

  /** A repository. */
  record Target(long repositoryId, long projectId, RepositoryName name) {}
}
