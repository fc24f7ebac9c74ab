package dev.breakwater.core.gc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.gc.GarbageRepository.Batch;
import dev.breakwater.core.gc.GarbageRepository.Expired;
import dev.breakwater.core.gc.GarbageRepository.ExpiredBatch;
import dev.breakwater.core.gc.GarbageRepository.Position;
import dev.breakwater.core.manifest.ExpiryTermSource;
import dev.breakwater.core.manifest.ExpiryTerms;
import dev.breakwater.core.manifest.ManifestRemovals.Doomed;
import dev.breakwater.core.manifest.ManifestRemovals.Located;
import dev.breakwater.core.manifest.RemoveManifests;
import dev.breakwater.core.manifest.RemoveManifests.Actor;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Deletes artifacts that expired or have no tag, batch by batch.
 *
 * <p>An artifact that ends by a rule of its project may have got another tag since, and the rules
 * may be others now: so tags and rules are looked at again. An artifact lives on with its last tag,
 * and as long as it has one of which no rule speaks; a tag that comes in between keeps it.
 */
final class ArtifactSweep {
  private static final int MANIFESTS = 100;
  private static final Duration PAUSE = Duration.ofMinutes(15);
  private static final Actor ACTOR = new Actor("garbage collection", "");

  private final GarbageRepository garbage;
  private final RemoveManifests remove;
  private final ExpiryTermSource terms;

  /** What could not be deleted just now is not tried every few seconds, but now and then. */
  private final Cache<Long, Boolean> refused =
      Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(PAUSE).build();

  /**
   * @param terms the rules as they are now
   */
  ArtifactSweep(GarbageRepository garbage, RemoveManifests remove, ExpiryTermSource terms) {
    this.garbage = garbage;
    this.remove = remove;
    this.terms = terms;
  }

  Mono<Void> removeUntagged(GarbageRun run, Instant pushedBefore) {
    return inBatches(after -> untagged(run, pushedBefore, after));
  }

  Mono<Void> removeExpired(GarbageRun run, Instant now) {
    return inBatches(after -> expired(run, now, after));
  }

  /**
   * @param batch deletes what comes after a place; where it ended, or empty if there was nothing
   */
  private static Mono<Void> inBatches(Function<Position, Mono<Position>> batch) {
    return batch.apply(Position.START).expand(batch).then();
  }

  private Mono<Position> untagged(GarbageRun run, Instant before, Position after) {
    return Mono.defer(
            () -> run.stopped() ? Mono.empty() : garbage.untagged(before, after, MANIFESTS))
        .filter(batch -> !batch.manifestIds().isEmpty())
        .flatMap(batch ->
            remove(run, batch, "untagged", doomed -> requireUnused(batch, before, doomed))
                .thenReturn(batch.end()));
  }

  /** Refuses if one got a tag since it was looked at, or was pushed again: its tag is to come. */
  private static void requireUnused(Batch batch, Instant before, List<Doomed> doomed) {
    for (Doomed manifest : doomed) {
      if (batch.manifestIds().contains(manifest.id()) && !manifest.tags().isEmpty()) {
        throw new RegistryException(
            ErrorCode.PRECONDITION_FAILED,
            manifest.digest() + " got the tag " + manifest.tags().getFirst() + " meanwhile");
      }
      if (!manifest.pushedAt().isBefore(before)) {
        throw new RegistryException(
            ErrorCode.PRECONDITION_FAILED,
            manifest.digest() + " was pushed again meanwhile, at " + manifest.pushedAt());
      }
    }
  }

  private Mono<Position> expired(GarbageRun run, Instant now, Position after) {
    return Mono.defer(() -> run.stopped() ? Mono.empty() : garbage.expired(now, after, MANIFESTS))
        .filter(batch -> !batch.artifacts().isEmpty())
        .flatMap(batch ->
            terms
                .termsOf(batch.projectId())
                .defaultIfEmpty(ExpiryTerms.NONE)
                .flatMap(known -> end(run, batch, known, now))
                .thenReturn(batch.whole().end()));
  }

  private Mono<Boolean> end(GarbageRun run, ExpiredBatch batch, ExpiryTerms known, Instant now) {
    List<Expired> due = new ArrayList<>();
    Map<Long, Optional<Instant>> later = new HashMap<>();
    for (Expired artifact : batch.artifacts()) {
      Optional<Instant> end = known.end(batch.repository(), artifact.tags());
      if (livesOn(artifact, end, now)) {
        later.put(artifact.id(), end);
      } else if (!run.isByItself() || refused.getIfPresent(artifact.id()) == null) {
        due.add(artifact);
      }
    }
    return garbage
        .postpone(later)
        .then(Mono.defer(() -> remove(run, batch.only(due), "expired", unchanged(due))))
        .thenReturn(true);
  }

  private static boolean livesOn(Expired artifact, Optional<Instant> end, Instant now) {
    return artifact.byRule()
        && !artifact.tags().isEmpty()
        && (end.isEmpty() || end.get().isAfter(now));
  }

  /**
   * Expired artifacts that would not be deleted: they have an immutable tag, or one that lets them
   * live on.
   *
   * @param limit looks at so many of the expired ones at most, up to a batch more
   */
  Mono<List<Long>> spared(Instant now, int limit) {
    AtomicInteger seen = new AtomicInteger();
    return garbage
        .expired(now, Position.START, MANIFESTS)
        .expand(batch ->
            batch.artifacts().isEmpty() || seen.addAndGet(batch.artifacts().size()) >= limit
                ? Mono.empty()
                : garbage.expired(now, batch.whole().end(), MANIFESTS))
        .concatMap(batch -> spared(batch, now))
        .collectList();
  }

  private Flux<Long> spared(ExpiredBatch batch, Instant now) {
    Mono<ExpiryTerms> ends = terms.termsOf(batch.projectId()).defaultIfEmpty(ExpiryTerms.NONE);
    return Mono.zip(ends, remove.rulesOf(batch.projectId()))
        .flatMapIterable(known ->
            batch.artifacts().stream()
                .filter(artifact ->
                    livesOn(artifact, known.getT1().end(batch.repository(), artifact.tags()), now)
                        || artifact.tags().keySet().stream()
                            .anyMatch(tag -> known.getT2().protects(batch.repository(), tag)))
                .map(Expired::id)
                .toList());
  }

  /** Refuses if one that ends by a rule got another tag since it was looked at. */
  private static Consumer<List<Doomed>> unchanged(List<Expired> due) {
    Map<Long, Set<Tag>> known =
        due.stream()
            .filter(Expired::byRule)
            .collect(Collectors.toMap(Expired::id, artifact -> artifact.tags().keySet()));
    return doomed ->
        doomed.forEach(manifest -> {
          Set<Tag> tags = known.get(manifest.id());
          if (tags != null && !tags.containsAll(manifest.tags())) {
            throw new RegistryException(
                ErrorCode.PRECONDITION_FAILED, manifest.digest() + " got another tag meanwhile");
          }
        });
  }

  /** What is immutable, or needed by an index meanwhile, stays; the others go one by one then. */
  private Mono<Void> remove(
      GarbageRun run, Batch batch, String reason, Consumer<List<Doomed>> check) {
    return batch
        .repository()
        .filter(_ -> !batch.manifestIds().isEmpty())
        .map(name ->
            removeAll(run, batch, name, batch.manifestIds(), reason, check)
                .onErrorResume(
                    RegistryException.class,
                    _ ->
                        Flux.fromIterable(batch.manifestIds())
                            .concatMap(id -> removeOne(run, batch, name, id, reason, check))
                            .then()))
        .orElseGet(Mono::empty);
  }

  private Mono<Void> removeOne(
      GarbageRun run,
      Batch batch,
      RepositoryName name,
      long id,
      String reason,
      Consumer<List<Doomed>> check) {
    return removeAll(run, batch, name, List.of(id), reason, check)
        .onErrorResume(
            RegistryException.class,
            error ->
                Mono.fromRunnable(() -> {
                  refused.put(id, true);
                  run.kept(error);
                }));
  }

  private Mono<Void> removeAll(
      GarbageRun run,
      Batch batch,
      RepositoryName name,
      List<Long> ids,
      String reason,
      Consumer<List<Doomed>> check) {
    Located home = new Located(0, batch.repositoryId(), batch.projectId());
    AtomicReference<List<Doomed>> found = new AtomicReference<>(List.of());
    return remove
        .removeAll(
            ACTOR,
            name,
            home,
            ids,
            gone -> {
              check.accept(gone);
              found.set(gone);
            },
            tx -> run.keepManifests(tx, name, Objects.requireNonNull(found.get()), reason))
        .doOnNext(gone -> run.removed(name, gone, reason))
        .then();
  }
}
