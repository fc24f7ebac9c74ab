package dev.breakwater.core.retention;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.util.List;
import reactor.core.publisher.Mono;

/** The rows of what runs decided; they go with the run's task. */
public interface VerdictRepository {
  /** Adds some, or replaces those of the same artifacts. */
  Mono<Void> add(Tx tx, long taskId, List<Verdict> verdicts);

  /** How many there are of a task. */
  Mono<Tally> tally(long taskId);

  /** One page, the latest artifact first. Fields: digest, outcome. */
  Mono<Slice<Verdict>> list(long taskId, ListRequest request);

  /**
   * How many bytes of blobs and manifests would go with those of a task that are to be deleted:
   * content that nothing else in the repository and no other repository needs.
   */
  Mono<Long> freed(long taskId, long repositoryId);

  /**
   * @param retained that stay by a rule, or because a tag is immutable
   * @param failed that could not be deleted
   */
  record Tally(long total, long retained, long failed) {}
}
