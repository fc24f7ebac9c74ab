package dev.breakwater.core.retention;

import dev.breakwater.core.retention.CandidateRepository.Target;
import dev.breakwater.core.transaction.Tx;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Deletes artifacts as everybody else does: with their tags and accessories, with events. */
@FunctionalInterface
public interface ArtifactRemoval {
  /**
   * Deletes all of them, or none.
   *
   * @param candidates as they were when it was decided; one that is gone already is no error
   * @param together what else happens in the same transaction
   * @return how many went
   * @throws dev.breakwater.core.error.RegistryException (as error signal) PRECONDITION_FAILED if
   *     one has an immutable tag, or got a tag since; REFERENCED if an index names one
   */
  Mono<Integer> remove(
      Target repository, List<Candidate> candidates, Function<Tx, Mono<Void>> together);
}
