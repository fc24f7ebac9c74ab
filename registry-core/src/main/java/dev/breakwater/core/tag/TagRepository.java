package dev.breakwater.core.tag;

import dev.breakwater.core.oci.RepositoryName;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Lists the rows of tags. */
public interface TagRepository {
  /**
   * One page in byte order.
   *
   * @param after only tags behind this text, which need not be a tag
   * @param limit at most so many, 0 or more
   * @return empty (no value) when the repository does not exist
   */
  Mono<List<String>> list(RepositoryName repository, Optional<String> after, int limit);
}
