package dev.breakwater.core.artifact;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.blob.BlobSettings;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.manifest.ManifestCache;
import dev.breakwater.core.manifest.ManifestPushes;
import dev.breakwater.core.manifest.RemoveManifests;
import dev.breakwater.core.manifest.RemoveManifests.Actor;
import dev.breakwater.core.manifest.TagMove;
import dev.breakwater.core.manifest.TagRuleSource;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.quota.ProjectSpace;
import dev.breakwater.core.transaction.Tx;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Copies or moves an artifact to another repository, of any project: with what an index names and
 * with accessories, in one transaction, without copying a byte of a blob.
 */
public final class CopyArtifact {
  private static final Permission CREATE = Permission.of(Resource.ARTIFACT, Verb.CREATE);
  private static final Permission READ = Permission.of(Resource.ARTIFACT, Verb.READ);
  private static final Permission PULL = Permission.of(Resource.REPOSITORY, Verb.PULL);
  private static final Permission DELETE = Permission.of(Resource.ARTIFACT, Verb.DELETE);

  private final Authorizer authorizer;
  private final ArtifactRepository artifacts;
  private final ArtifactCopies copies;
  private final ManifestPushes pushes;
  private final ManifestCache cache;
  private final RemoveManifests remove;
  private final ProjectSpace space;
  private final TagRuleSource rules;
  private final EventRecorder events;
  private final BlobSettings settings;
  private final Clock clock;

  public CopyArtifact(
      Authorizer authorizer,
      ArtifactRepository artifacts,
      ArtifactCopies copies,
      ManifestPushes pushes,
      ManifestCache cache,
      RemoveManifests remove,
      ProjectSpace space,
      TagRuleSource rules,
      EventRecorder events,
      BlobSettings settings,
      Clock clock) {
    this.authorizer = authorizer;
    this.artifacts = artifacts;
    this.copies = copies;
    this.pushes = pushes;
    this.cache = cache;
    this.remove = remove;
    this.space = space;
    this.rules = rules;
    this.events = events;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Copies an artifact. Named by a tag, it gets the same tag in the target; named by its digest,
   * none or {@code tags}.
   *
   * @param source the project of {@code from}
   * @param target the project of {@code to}
   * @return the digest
   * @throws RegistryException (as error signal) NOT_FOUND, QUOTA_EXCEEDED; PRECONDITION_FAILED if a
   *     tag is there already and immutable
   */
  public Mono<Digest> copy(
      Caller caller,
      Project source,
      RepositoryName from,
      Reference reference,
      Project target,
      RepositoryName to,
      List<Tag> tags) {
    return authorizer
        .require(caller, target, CREATE)
        .then(Mono.defer(() -> authorizer.require(caller, source, READ)))
        .then(Mono.defer(() -> authorizer.require(caller, source, PULL)))
        .then(Mono.defer(() -> requireOther(from, to)))
        .then(Mono.defer(() -> artifacts.find(from, reference)))
        .switchIfEmpty(Mono.error(() -> ReadArtifacts.notFound(from, reference)))
        .flatMap(artifact ->
            store(
                caller,
                artifact,
                target,
                to,
                reference instanceof Reference.ByTag(Tag tag) ? List.of(tag) : tags));
  }

  /**
   * The same, after which the artifact is no longer where it was; its tags move along.
   *
   * @throws RegistryException (as error signal) as {@link #copy}; REFERENCED if an index names it,
   *     PRECONDITION_FAILED if a tag is immutable: then it was copied only
   */
  public Mono<Digest> move(
      Caller caller,
      Project source,
      RepositoryName from,
      Reference reference,
      Project target,
      RepositoryName to) {
    return authorizer
        .require(caller, source, DELETE)
        .then(Mono.defer(() -> artifacts.find(from, reference)))
        .switchIfEmpty(Mono.error(() -> ReadArtifacts.notFound(from, reference)))
        .flatMap(artifact ->
            artifacts
                .tags(Set.of(artifact.id()))
                .map(tags ->
                    tags.getOrDefault(artifact.id(), List.of()).stream()
                        .map(tag -> Tag.parse(tag.name()))
                        .toList())
                .flatMap(tags ->
                    copy(
                        caller,
                        source,
                        from,
                        new Reference.ByDigest(Digest.parse(artifact.digest())),
                        target,
                        to,
                        tags)))
        .flatMap(digest -> remove.remove(Actor.of(caller), from, digest).thenReturn(digest));
  }

  private static Mono<Void> requireOther(RepositoryName from, RepositoryName to) {
    return from.equals(to)
        ? Mono.error(
            new RegistryException(
                ErrorCode.BAD_REQUEST, "the artifact is in " + to + " already; name another one"))
        : Mono.empty();
  }

  private Mono<Digest> store(
      Caller caller, Artifact artifact, Project target, RepositoryName to, List<Tag> tags) {
    UUID promise = UUID.randomUUID();
    Digest digest = Digest.parse(artifact.digest());
    return space
        .inTx(
            target.id(), promise, 0, tx -> storeIn(tx, caller, artifact, target, to, tags, promise))
        .map(_ -> digest)
        .doOnNext(_ -> cache.forget(to, digest, tags));
  }

  private Mono<Accounted<Long>> storeIn(
      Tx tx,
      Caller caller,
      Artifact artifact,
      Project target,
      RepositoryName to,
      List<Tag> tags,
      UUID promise) {
    Instant leasedUntil = clock.instant().plus(settings.lease());
    Digest digest = Digest.parse(artifact.digest());
    return pushes
        .lock(tx, to, tags)
        .then(Mono.defer(() -> copies.lock(tx, artifact.id())))
        .filter(locked -> locked.contains(artifact.id()))
        .switchIfEmpty(
            Mono.error(() ->
                ReadArtifacts.notFound(
                    RepositoryName.parse(artifact.repositoryName()),
                    new Reference.ByDigest(digest))))
        .flatMap(locked -> copies.copy(tx, locked, to, target.id(), leasedUntil, promise))
        .delayUntil(copied -> tag(tx, caller, copied.result(), digest, target, to, tags))
        .delayUntil(_ -> record(tx, caller, artifact, target, to, tags));
  }

  private Mono<Void> tag(
      Tx tx,
      Caller caller,
      long repositoryId,
      Digest digest,
      Project target,
      RepositoryName to,
      List<Tag> tags) {
    return Flux.fromIterable(tags)
        .concatMap(tag ->
            pushes
                .tag(tx, repositoryId, digest, tag, caller.principal().name())
                .delayUntil(move -> requireMutable(tx, move, digest, target, to)))
        .then();
  }

  private Mono<Void> requireMutable(
      Tx tx, TagMove move, Digest digest, Project target, RepositoryName to) {
    return move.from().isEmpty() || move.from().equals(Optional.of(digest))
        ? Mono.empty()
        : rules
            .rulesOf(tx, target.id())
            .filter(known -> known.protects(to, move.tag()))
            .flatMap(_ ->
                Mono.error(
                    new RegistryException(
                        ErrorCode.PRECONDITION_FAILED,
                        "Failed to process request due to '"
                            + to.inProject()
                            + ":"
                            + move.tag()
                            + "' configured as immutable.")));
  }

  private Mono<Void> record(
      Tx tx, Caller caller, Artifact artifact, Project target, RepositoryName to, List<Tag> tags) {
    String resource = tags.isEmpty() ? to + "@" + artifact.digest() : to + ":" + tags.getFirst();
    return events.record(
        tx,
        Event.of(
                EventType.CREATE_ARTIFACT,
                caller,
                resource,
                "copy artifact: " + artifact.repositoryName() + " to " + resource)
            .in(target.id()));
  }
}
