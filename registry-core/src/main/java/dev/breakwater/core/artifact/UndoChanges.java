package dev.breakwater.core.artifact;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.artifact.HistoryRepository.Restored;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.manifest.ManifestCache;
import dev.breakwater.core.manifest.ManifestPushes;
import dev.breakwater.core.manifest.ManifestRemovals;
import dev.breakwater.core.manifest.TagMove;
import dev.breakwater.core.manifest.TagRuleSource;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.quota.ProjectSpace;
import dev.breakwater.core.repository.RepositoryCatalog;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Tells what tags did and what was deleted, and takes it back while that is possible. */
public final class UndoChanges {
  private static final Permission LIST_TAGS = Permission.of(Resource.TAG, Verb.LIST);
  private static final Permission CREATE_TAG = Permission.of(Resource.TAG, Verb.CREATE);
  private static final Permission DELETE_TAG = Permission.of(Resource.TAG, Verb.DELETE);
  private static final Permission LIST = Permission.of(Resource.ARTIFACT, Verb.LIST);
  private static final Permission DELETE = Permission.of(Resource.ARTIFACT, Verb.DELETE);
  private static final Permission LIST_REPOSITORIES = Permission.of(Resource.REPOSITORY, Verb.LIST);
  private static final Permission DELETE_REPOSITORY =
      Permission.of(Resource.REPOSITORY, Verb.DELETE);

  private final Authorizer authorizer;
  private final RepositoryCatalog repositories;
  private final HistoryRepository history;
  private final ManifestPushes pushes;
  private final ManifestRemovals removals;
  private final ManifestCache cache;
  private final ProjectSpace space;
  private final TagRuleSource rules;
  private final Transactions transactions;
  private final EventRecorder events;
  private final Duration window;
  private final Clock clock;

  /**
   * @param window for how long something can be taken back; zero: not at all
   */
  public UndoChanges(
      Authorizer authorizer,
      RepositoryCatalog repositories,
      HistoryRepository history,
      ManifestPushes pushes,
      ManifestRemovals removals,
      ManifestCache cache,
      ProjectSpace space,
      TagRuleSource rules,
      Transactions transactions,
      EventRecorder events,
      Duration window,
      Clock clock) {
    this.authorizer = authorizer;
    this.repositories = repositories;
    this.history = history;
    this.pushes = pushes;
    this.removals = removals;
    this.cache = cache;
    this.space = space;
    this.rules = rules;
    this.transactions = transactions;
    this.events = events;
    this.window = window;
    this.clock = clock;
  }

  /** One page of what the tags of a repository did. */
  public Mono<Slice<TagChange>> changes(
      Caller caller, Project project, RepositoryName name, ListRequest request) {
    return authorizer
        .require(caller, project, LIST_TAGS)
        .then(Mono.defer(() -> repositories.idOf(name)))
        .flatMap(id -> history.changes(id, request))
        .defaultIfEmpty(Slice.empty());
  }

  /** One page of what can be brought back. */
  public Mono<Slice<DeletedArtifact>> deleted(
      Caller caller, Project project, RepositoryName name, ListRequest request) {
    return authorizer
        .require(caller, project, LIST)
        .then(Mono.defer(() -> repositories.idOf(name)))
        .flatMap(id -> history.deleted(id, request))
        .defaultIfEmpty(Slice.empty());
  }

  /**
   * Takes a change of a tag back.
   *
   * @throws RegistryException (as error signal) NOT_FOUND; PRECONDITION_FAILED if the tag moved
   *     again since, is immutable, what it pointed to is gone, or it was too long ago
   */
  public Mono<Void> undo(Caller caller, Project project, RepositoryName name, long changeId) {
    return authorizer
        .require(caller, project, CREATE_TAG)
        .then(Mono.defer(() -> authorizer.require(caller, project, DELETE_TAG)))
        .then(Mono.defer(() -> repositories.idOf(name)))
        .flatMap(id -> history.find(id, changeId))
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.NOT_FOUND,
                    "there is no change " + changeId + " of a tag in " + name)))
        .doOnNext(this::requireYoung)
        .flatMap(change ->
            transactions
                .inTx(tx -> undoIn(tx, caller, project, name, change).thenReturn(true))
                .doOnNext(_ -> cache.forget(name, change.tag())))
        .then();
  }

  private Mono<Void> undoIn(
      Tx tx, Caller caller, Project project, RepositoryName name, TagChange change) {
    String username = caller.principal().name();
    return pushes
        .lock(tx, name, Set.of(change.tag()))
        .then(
            Mono.defer(() ->
                change
                    .from()
                    .map(digest -> pointBack(tx, change, digest, username))
                    .orElseGet(() -> removeAgain(tx, name, change, username))))
        .doOnNext(found -> requireUnmoved(change, found))
        .delayUntil(found -> requireMutable(tx, project, name, found))
        .then(
            Mono.defer(() ->
                events.record(
                    tx,
                    Event.of(
                            EventType.CREATE_TAG,
                            caller,
                            name + ":" + change.tag(),
                            "undo change " + change.id() + " of tag " + name + ":" + change.tag())
                        .in(project.id()))));
  }

  private Mono<TagMove> pointBack(Tx tx, TagChange change, Digest digest, String username) {
    return pushes
        .tag(tx, change.repositoryId(), digest, change.tag(), username)
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.PRECONDITION_FAILED,
                    "the artifact "
                        + digest
                        + " that tag "
                        + change.tag()
                        + " pointed to is gone; bring it back first, if it still can be")));
  }

  private Mono<TagMove> removeAgain(Tx tx, RepositoryName name, TagChange change, String username) {
    return removals
        .removeTag(tx, name, change.tag(), username)
        .map(digest -> new TagMove(change.tag(), Optional.of(digest)))
        .defaultIfEmpty(new TagMove(change.tag(), Optional.empty()));
  }

  private void requireYoung(TagChange change) {
    if (change.changedAt().isBefore(clock.instant().minus(window))) {
      throw new RegistryException(
          ErrorCode.PRECONDITION_FAILED,
          window.isZero()
              ? "nothing can be undone here: undo.window is 0"
              : "change "
                  + change.id()
                  + " is of "
                  + change.changedAt()
                  + "; it could be undone for "
                  + window
                  + " (undo.window)");
    }
  }

  private static void requireUnmoved(TagChange change, TagMove found) {
    if (!found.from().equals(change.to())) {
      throw new RegistryException(
          ErrorCode.PRECONDITION_FAILED,
          "tag "
              + change.tag()
              + " was changed again since: it "
              + found.from().map(digest -> "points to " + digest).orElse("is gone")
              + "; look at its history and undo the last change");
    }
  }

  private Mono<Void> requireMutable(Tx tx, Project project, RepositoryName name, TagMove found) {
    return found.from().isEmpty()
        ? Mono.empty()
        : rules
            .rulesOf(tx, project.id())
            .filter(known -> known.protects(name, found.tag()))
            .flatMap(_ ->
                Mono.error(
                    new RegistryException(
                        ErrorCode.PRECONDITION_FAILED,
                        "the tag " + found.tag() + " configured as immutable, cannot be moved")));
  }

  /**
   * Brings an artifact back, with its tags and whatever went with it.
   *
   * @throws RegistryException (as error signal) NOT_FOUND if it cannot be brought back (any more);
   *     QUOTA_EXCEEDED if the project has no room for it
   */
  public Mono<Void> restore(Caller caller, Project project, RepositoryName name, Digest digest) {
    return authorizer
        .require(caller, project, DELETE)
        .then(Mono.defer(() -> repositories.idOf(name)))
        .flatMap(id ->
            history
                .deletionOf(id, digest)
                .flatMap(deletion ->
                    restore(project, id, deletion, event(caller, project, name, digest))))
        .switchIfEmpty(
            Mono.error(() -> ReadArtifacts.notFound(name, new Reference.ByDigest(digest))))
        .doOnNext(back -> forget(name, back))
        .then();
  }

  /** What went together comes back together. */
  private Mono<Restored> restore(Project project, long repositoryId, UUID deletion, Event event) {
    UUID promise = UUID.randomUUID();
    return space.inTx(
        project.id(),
        promise,
        0,
        tx ->
            history
                .restore(tx, repositoryId, project.id(), deletion, event.username(), promise)
                .delayUntil(back -> pushes.settle(tx, back.result().unsettled()))
                .delayUntil(_ -> events.record(tx, event)));
  }

  private static Event event(Caller caller, Project project, RepositoryName name, Digest digest) {
    String what = name + "@" + digest;
    return Event.of(EventType.CREATE_ARTIFACT, caller, what, "bring back artifact: " + what)
        .in(project.id());
  }

  /** One page of the repositories that can be brought back. */
  public Mono<Slice<DeletedRepositorySummary>> deletedRepositories(
      Caller caller, Project project, ListRequest request) {
    return authorizer
        .require(caller, project, LIST_REPOSITORIES)
        .then(Mono.defer(() -> history.deletedRepositories(project.id(), request)));
  }

  /**
   * Brings a repository back, with all artifacts and tags that it had when it was deleted.
   *
   * @throws RegistryException (as error signal) NOT_FOUND if it cannot be brought back (any more),
   *     also if it was pushed to since: then its artifacts can be, one by one; QUOTA_EXCEEDED if
   *     the project has no room for it
   */
  public Mono<Void> restoreRepository(Caller caller, Project project, RepositoryName name) {
    Event event =
        Event.of(
                EventType.CREATE_REPOSITORY, caller, name.value(), "bring back repository: " + name)
            .in(project.id());
    return authorizer
        .require(caller, project, DELETE_REPOSITORY)
        .then(Mono.defer(() -> history.findDeleted(name)))
        .flatMap(found -> restore(project, found.id(), found.deletion(), event))
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.NOT_FOUND,
                    "there is no deleted repository " + name + " that could be brought back")))
        .doOnNext(back -> forget(name, back))
        .then();
  }

  private void forget(RepositoryName name, Restored back) {
    back.digests().forEach(digest -> cache.forget(name, digest, List.of()));
    back.tags().forEach(tag -> cache.forget(name, tag));
  }
}
