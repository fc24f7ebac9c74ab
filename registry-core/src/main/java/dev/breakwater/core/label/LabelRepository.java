package dev.breakwater.core.label;

import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** The rows of labels, and which artifacts have them. */
public interface LabelRepository {
  /**
   * One page, usually by name.
   *
   * @param projectId empty: those for all projects
   */
  Mono<Slice<Label>> list(Optional<Long> projectId, ListRequest request);

  /** Empty: there is none. */
  Mono<Label> find(long id);

  /**
   * The number of the new one.
   *
   * @throws dev.breakwater.core.error.RegistryException (as error signal) CONFLICT if there is one
   *     of this name already
   */
  Mono<Long> create(Tx tx, Optional<Long> projectId, LabelText text);

  /**
   * @return false: there is none any more
   * @throws dev.breakwater.core.error.RegistryException (as error signal) CONFLICT if there is
   *     another one of this name
   */
  Mono<Boolean> update(Tx tx, long id, LabelText text);

  /**
   * Deletes it, also from all artifacts.
   *
   * @return false: there is none any more
   */
  Mono<Boolean> delete(Tx tx, long id);

  /** The number of an artifact; empty: there is none. */
  Mono<Long> findArtifact(Tx tx, RepositoryName repository, Reference reference);

  /**
   * @return false: it has it already
   */
  Mono<Boolean> addTo(Tx tx, long artifactId, long labelId);

  /**
   * @return false: it had none
   */
  Mono<Boolean> removeFrom(Tx tx, long artifactId, long labelId);

  /** The labels of artifacts by the numbers of those; of one without labels, nothing. */
  Mono<Map<Long, List<Label>>> labelsOf(Set<Long> artifactIds);
}
