package dev.breakwater.core.manifest;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.manifest.ManifestRemovals.Doomed;
import dev.breakwater.core.manifest.ManifestRemovals.Located;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Deletes manifests and tags for every path that does: clients, the management API, jobs. Immutable
 * tags and the children of indexes stay; accessories go with what they belong to. Whoever calls it
 * has checked the permission.
 */
public final class RemoveManifests {
  private static final int TAGS = 1000;

  private final ManifestRemovals removals;
  private final ManifestPushes pushes;
  private final ManifestCache cache;
  private final TagRuleSource rules;
  private final Transactions transactions;
  private final EventRecorder events;
  private final Duration undoWindow;
  private final Clock clock;

  /**
   * @param undoWindow how long what was deleted can be brought back; zero: never
   */
  public RemoveManifests(
      ManifestRemovals removals,
      ManifestPushes pushes,
      ManifestCache cache,
      TagRuleSource rules,
      Transactions transactions,
      EventRecorder events,
      Duration undoWindow,
      Clock clock) {
    this.removals = removals;
    this.pushes = pushes;
    this.cache = cache;
    this.rules = rules;
    this.transactions = transactions;
    this.events = events;
    this.undoWindow = undoWindow;
    this.clock = clock;
  }

  /**
   * Deletes a manifest, its tags, and what goes with it.
   *
   * @return what went; empty: there is no such manifest
   * @throws RegistryException (as error signal) REFERENCED if an index names it,
   *     PRECONDITION_FAILED if a tag of it is immutable
   */
  public Mono<List<Doomed>> remove(Actor actor, RepositoryName repository, Digest digest) {
    return transactions
        .inTx(tx -> removeIn(tx, actor, repository, digest))
        .doOnNext(gone -> forget(repository, gone))
        .delayUntil(gone -> spread(repository, gone));
  }

  /** The same as a part of a longer transaction, after whose commit {@link #forget} is to come. */
  public Mono<List<Doomed>> removeIn(Tx tx, Actor actor, RepositoryName repository, Digest digest) {
    return removals
        .locate(tx, repository, digest)
        .flatMap(found -> removeIn(tx, actor, repository, found, List.of(found.id())));
  }

  /**
   * Locks a manifest with all that would go with it: nothing of it changes any more before the
   * transaction ends.
   *
   * @return all of it; empty: there is no such manifest
   */
  public Mono<List<Doomed>> lock(Tx tx, RepositoryName repository, Digest digest) {
    return removals
        .locate(tx, repository, digest)
        .flatMap(found ->
            removals
                .lock(tx, found.repositoryId(), List.of(found.id()))
                .filter(locked -> !locked.isEmpty())
                .flatMap(locked -> removals.inspect(tx, found.repositoryId(), locked)));
  }

  /**
   * The same for several manifests of a repository at once.
   *
   * @param home the repository and its project
   */
  public Mono<List<Doomed>> removeAll(
      Actor actor, RepositoryName repository, Located home, Collection<Long> manifestIds) {
    return transactions
        .inTx(tx -> removeIn(tx, actor, repository, home, manifestIds))
        .doOnNext(gone -> forget(repository, gone));
  }

  /**
   * The same, once more looked at when nothing can change any more.
   *
   * @param check refuses by an exception what is not to be deleted after all
   * @param together what else happens in the same transaction, also if nothing is left to delete
   */
  public Mono<List<Doomed>> removeAll(
      Actor actor,
      RepositoryName repository,
      Located home,
      Collection<Long> manifestIds,
      Consumer<List<Doomed>> check,
      Function<Tx, Mono<Void>> together) {
    return transactions
        .inTx(tx ->
            removeIn(tx, actor, repository, home, manifestIds)
                .doOnNext(check)
                .defaultIfEmpty(List.of())
                .delayUntil(_ -> together.apply(tx)))
        .doOnNext(gone -> forget(repository, gone));
  }

  /**
   * Whether a repository can go as a whole, to be asked before its first batch goes.
   *
   * @throws RegistryException (as error signal) PRECONDITION_FAILED if a tag is immutable
   */
  public Mono<Void> requireMutable(RepositoryName repository, Located home) {
    return rulesOf(home.projectId())
        .flatMap(known ->
            removals
                .tags(home.repositoryId(), "", TAGS)
                .expand(page ->
                    page.size() < TAGS
                        ? Mono.empty()
                        : removals.tags(home.repositoryId(), page.getLast().value(), TAGS))
                .doOnNext(page -> requireMutable(known, repository, page))
                .then());
  }

  /**
   * The same as a part of the deletion of the repository: indexes keep nothing.
   *
   * @param deletion what all of the repository goes by
   */
  public Mono<List<Doomed>> removeWhole(
      Actor actor,
      RepositoryName repository,
      Located home,
      Collection<Long> manifestIds,
      UUID deletion) {
    return transactions
        .inTx(tx -> removeIn(tx, actor, repository, home, manifestIds, Optional.of(deletion)))
        .doOnNext(gone -> forget(repository, gone));
  }

  private Mono<List<Doomed>> removeIn(
      Tx tx, Actor actor, RepositoryName repository, Located home, Collection<Long> manifestIds) {
    return removeIn(tx, actor, repository, home, manifestIds, Optional.empty());
  }

  /**
   * @param whole by what all of the repository goes, if all of it does
   */
  private Mono<List<Doomed>> removeIn(
      Tx tx,
      Actor actor,
      RepositoryName repository,
      Located home,
      Collection<Long> manifestIds,
      Optional<UUID> whole) {
    return removals
        .lock(tx, home.repositoryId(), manifestIds)
        .filter(locked -> !locked.isEmpty())
        .flatMap(locked ->
            removals
                .inspect(tx, home.repositoryId(), locked)
                .delayUntil(
                    doomed -> requireRemovable(tx, repository, home, doomed, whole.isPresent()))
                .delayUntil(_ ->
                    removals.remove(
                        tx,
                        home,
                        locked,
                        actor.name(),
                        whole.orElseGet(UUID::randomUUID),
                        restorableUntil()))
                .delayUntil(doomed -> record(tx, actor, repository, home, doomed)));
  }

  /** Which tags of a project keep their artifacts from being deleted. */
  public Mono<TagRules> rulesOf(long projectId) {
    return transactions.inTx(tx -> rules.rulesOf(tx, projectId));
  }

  /** Whether what is deleted can be brought back for a while. */
  public boolean keepsDeleted() {
    return undoWindow.isPositive();
  }

  private Optional<Instant> restorableUntil() {
    return undoWindow.isPositive()
        ? Optional.of(clock.instant().plus(undoWindow))
        : Optional.empty();
  }

  private Mono<Void> requireRemovable(
      Tx tx, RepositoryName repository, Located home, List<Doomed> doomed, boolean evenNamed) {
    Optional<Doomed> named = doomed.stream().filter(Doomed::named).findFirst();
    if (named.isPresent() && !evenNamed) {
      return Mono.error(
          new RegistryException(
              ErrorCode.REFERENCED,
              "the deleting artifact is referenced by others: an index of "
                  + repository
                  + " names "
                  + named.get().digest()
                  + "; delete that one first"));
    }
    List<Tag> tags = doomed.stream().flatMap(manifest -> manifest.tags().stream()).toList();
    return tags.isEmpty() ? Mono.empty() : requireMutable(tx, repository, home.projectId(), tags);
  }

  private Mono<Void> requireMutable(
      Tx tx, RepositoryName repository, long projectId, List<Tag> tags) {
    return rules
        .rulesOf(tx, projectId)
        .doOnNext(known -> requireMutable(known, repository, tags))
        .then();
  }

  private static void requireMutable(TagRules known, RepositoryName repository, List<Tag> tags) {
    tags.stream()
        .filter(tag -> known.protects(repository, tag))
        .findFirst()
        .ifPresent(RemoveManifests::refuse);
  }

  private static void refuse(Tag tag) {
    throw new RegistryException(
        ErrorCode.PRECONDITION_FAILED,
        "the tag " + tag + " configured as immutable, cannot be deleted");
  }

  private Mono<Void> record(
      Tx tx, Actor actor, RepositoryName repository, Located home, List<Doomed> doomed) {
    return events.recordAll(
        tx,
        doomed.stream()
            .map(manifest ->
                actor.event(
                    EventType.DELETE_ARTIFACT,
                    home.projectId(),
                    repository + "@" + manifest.digest(),
                    "delete artifact: " + repository + "@" + manifest.digest()))
            .toList());
  }

  /**
   * Deletes a tag; the manifest stays.
   *
   * @return what it pointed to; empty: there is no such tag
   * @throws RegistryException (as error signal) PRECONDITION_FAILED if the tag is immutable
   */
  public Mono<Digest> removeTag(Actor actor, long projectId, RepositoryName repository, Tag tag) {
    return removeTag(actor, projectId, repository, tag, new TagCondition.None());
  }

  /** The same if the tag is as demanded; else PRECONDITION_FAILED as error signal. */
  Mono<Digest> removeTag(
      Actor actor, long projectId, RepositoryName repository, Tag tag, TagCondition condition) {
    return transactions
        .inTx(tx ->
            pushes
                .lock(tx, repository, Set.of(tag))
                .then(Mono.defer(() -> requireMutable(tx, repository, projectId, List.of(tag))))
                .then(Mono.defer(() -> removals.removeTag(tx, repository, tag, actor.name())))
                .doOnNext(gone -> condition.require(new TagMove(tag, Optional.of(gone))))
                .delayUntil(_ ->
                    events.record(
                        tx,
                        actor.event(
                            EventType.DELETE_TAG,
                            projectId,
                            repository + ":" + tag,
                            "delete tag: " + repository + ":" + tag))))
        .doOnNext(_ -> cache.forget(repository, tag))
        .delayUntil(_ -> cache.spread(repository, tag));
  }

  /** Drops what is known of what went. */
  public void forget(RepositoryName repository, List<Doomed> gone) {
    gone.forEach(manifest -> cache.forget(repository, manifest.digest(), manifest.tags()));
  }

  /**
   * Completes when the other replicas have forgotten it, too; before the client is answered that
   * deleted it.
   */
  public Mono<Void> spread(RepositoryName repository, List<Doomed> gone) {
    return Mono.defer(() -> cache.spread(repository, gone));
  }

  /** The same for a repository that has gone as a whole. */
  public Mono<Void> spread(RepositoryName repository) {
    return Mono.defer(() -> cache.spread(repository));
  }

  /**
   * Who deletes.
   *
   * @param name of the user or robot, or of the job
   * @param address from where, empty inside the program
   */
  public record Actor(String name, String address) {
    /** Whoever calls. */
    public static Actor of(Caller caller) {
      return new Actor(caller.principal().name(), caller.address());
    }

    Event event(EventType type, long projectId, String resource, String description) {
      return new Event(type, name, address, Optional.of(projectId), resource, description, true);
    }
  }
}
