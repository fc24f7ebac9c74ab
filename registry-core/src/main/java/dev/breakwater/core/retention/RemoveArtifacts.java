package dev.breakwater.core.retention;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.manifest.ManifestRemovals.Doomed;
import dev.breakwater.core.manifest.ManifestRemovals.Located;
import dev.breakwater.core.manifest.RemoveManifests;
import dev.breakwater.core.manifest.RemoveManifests.Actor;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.retention.CandidateRepository.Target;
import dev.breakwater.core.transaction.Tx;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Deletes for retention by the use case that everybody deletes by. */
public final class RemoveArtifacts implements ArtifactRemoval {
  private static final Actor ACTOR = new Actor("retention", "");

  private final RemoveManifests remove;

  public RemoveArtifacts(RemoveManifests remove) {
    this.remove = remove;
  }

  @Override
  public Mono<Integer> remove(
      Target repository, List<Candidate> candidates, Function<Tx, Mono<Void>> together) {
    Map<Long, Set<String>> known =
        candidates.stream()
            .collect(Collectors.toMap(Candidate::id, each -> new HashSet<>(each.tags())));
    return remove
        .removeAll(
            ACTOR,
            repository.name(),
            new Located(0, repository.repositoryId(), repository.projectId()),
            known.keySet(),
            doomed -> requireUnchanged(known, doomed),
            together)
        .map(List::size);
  }

  private static void requireUnchanged(Map<Long, Set<String>> known, List<Doomed> doomed) {
    for (Doomed manifest : doomed) {
      Set<String> tags = known.get(manifest.id());
      if (tags != null) {
        manifest.tags().stream()
            .map(Tag::value)
            .filter(tag -> !tags.contains(tag))
            .findFirst()
            .ifPresent(tag -> refuse(manifest, tag));
      }
    }
  }

  private static void refuse(Doomed manifest, String tag) {
    throw new RegistryException(
        ErrorCode.PRECONDITION_FAILED,
        "somebody gave the tag " + tag + " to " + manifest.digest() + " meanwhile");
  }
}
