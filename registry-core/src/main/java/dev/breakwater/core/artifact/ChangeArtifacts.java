package dev.breakwater.core.artifact;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
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
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.transaction.Transactions;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Deletes artifacts, and gives and takes their tags. */
public final class ChangeArtifacts {
  private static final Permission DELETE = Permission.of(Resource.ARTIFACT, Verb.DELETE);
  private static final Permission CREATE_TAG = Permission.of(Resource.TAG, Verb.CREATE);
  private static final Permission DELETE_TAG = Permission.of(Resource.TAG, Verb.DELETE);

  private final Authorizer authorizer;
  private final ArtifactRepository artifacts;
  private final ManifestPushes pushes;
  private final ManifestCache cache;
  private final RemoveManifests remove;
  private final Transactions transactions;
  private final EventRecorder events;

  public ChangeArtifacts(
      Authorizer authorizer,
      ArtifactRepository artifacts,
      ManifestPushes pushes,
      ManifestCache cache,
      RemoveManifests remove,
      Transactions transactions,
      EventRecorder events) {
    this.authorizer = authorizer;
    this.artifacts = artifacts;
    this.pushes = pushes;
    this.cache = cache;
    this.remove = remove;
    this.transactions = transactions;
    this.events = events;
  }

  /**
   * Deletes an artifact with its tags and accessories.
   *
   * @throws RegistryException (as error signal) NOT_FOUND; REFERENCED if an index names it;
   *     PRECONDITION_FAILED if a tag is immutable
   */
  public Mono<Void> delete(
      Caller caller, Project project, RepositoryName name, Reference reference) {
    return authorizer
        .require(caller, project, DELETE)
        .then(Mono.defer(() -> find(name, reference)))
        .flatMap(found -> remove.remove(Actor.of(caller), name, Digest.parse(found.digest())))
        .switchIfEmpty(Mono.error(() -> ReadArtifacts.notFound(name, reference)))
        .then();
  }

  /**
   * Points a new tag to an artifact.
   *
   * @throws RegistryException (as error signal) NOT_FOUND; CONFLICT if there is such a tag
   */
  public Mono<Void> addTag(
      Caller caller, Project project, RepositoryName name, Reference reference, Tag tag) {
    return authorizer
        .require(caller, project, CREATE_TAG)
        .then(Mono.defer(() -> find(name, reference)))
        .flatMap(found -> addTag(caller, name, found, tag))
        .doOnNext(_ -> cache.forget(name, tag))
        .then();
  }

  private Mono<TagMove> addTag(Caller caller, RepositoryName name, Artifact found, Tag tag) {
    return transactions.inTx(tx ->
        pushes
            .lock(tx, name, Set.of(tag))
            .then(
                Mono.defer(() ->
                    pushes.tag(
                        tx,
                        found.repositoryId(),
                        Digest.parse(found.digest()),
                        tag,
                        caller.principal().name())))
            .doOnNext(move -> requireNew(name, move))
            .delayUntil(_ ->
                events.record(
                    tx,
                    Event.of(
                            EventType.CREATE_TAG,
                            caller,
                            name + ":" + tag,
                            "create tag: " + name + ":" + tag)
                        .in(found.projectId()))));
  }

  private static void requireNew(RepositoryName name, TagMove move) {
    if (move.from().isPresent()) {
      throw new RegistryException(
          ErrorCode.CONFLICT, "tag " + move.tag() + " already exists under the repository " + name);
    }
  }

  /**
   * Takes a tag from an artifact.
   *
   * @throws RegistryException (as error signal) NOT_FOUND, also if the tag is another artifact's;
   *     PRECONDITION_FAILED if it is immutable
   */
  public Mono<Void> removeTag(
      Caller caller, Project project, RepositoryName name, Reference reference, Tag tag) {
    return authorizer
        .require(caller, project, DELETE_TAG)
        .then(Mono.defer(() -> find(name, reference)))
        .filterWhen(found -> points(name, tag, found))
        .flatMap(_ -> remove.removeTag(Actor.of(caller), project.id(), name, tag))
        .switchIfEmpty(Mono.error(() -> ReadArtifacts.notFound(name, new Reference.ByTag(tag))))
        .then();
  }

  private Mono<Boolean> points(RepositoryName name, Tag tag, Artifact artifact) {
    return artifacts
        .find(name, new Reference.ByTag(tag))
        .map(tagged -> tagged.id() == artifact.id())
        .defaultIfEmpty(false);
  }

  private Mono<Artifact> find(RepositoryName name, Reference reference) {
    return artifacts
        .find(name, reference)
        .switchIfEmpty(Mono.error(() -> ReadArtifacts.notFound(name, reference)));
  }
}
