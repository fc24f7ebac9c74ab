package dev.breakwater.core.repository;

import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Lists the rows of repositories. */
public interface RepositoryCatalog {
  /**
   * One page, in byte order, of the names of repositories that hold at least one manifest.
   *
   * @param after only names behind this text
   * @param limit at most so many, 0 or more
   */
  Mono<List<String>> list(Optional<String> after, int limit);
}
