package dev.breakwater.core.artifact;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.artifact.ArtifactCopies.OwnTag;
import dev.breakwater.core.artifact.StoreCopies.Copy;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.manifest.ExpiryTerms;
import dev.breakwater.core.manifest.ManifestCache;
import dev.breakwater.core.manifest.ManifestPushes;
import dev.breakwater.core.manifest.ManifestRemovals.Doomed;
import dev.breakwater.core.manifest.RemoveManifests;
import dev.breakwater.core.manifest.RemoveManifests.Actor;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Moves an artifact to another repository, of any project: a copy and a deletion in one
 * transaction. Tags and labels go along, those of its accessories, too. Where it was it can be
 * brought back as after any deletion, and the history of its tags says that they went.
 */
public final class MoveArtifact {
  private static final Permission DELETE = Permission.of(Resource.ARTIFACT, Verb.DELETE);

  private final Authorizer authorizer;
  private final CopyArtifact copying;
  private final ArtifactCopies copies;
  private final ManifestPushes pushes;
  private final StoreCopies storing;
  private final RemoveManifests remove;
  private final ManifestCache cache;
  private final ProjectSpace space;

  public MoveArtifact(
      Authorizer authorizer,
      CopyArtifact copying,
      ArtifactCopies copies,
      ManifestPushes pushes,
      StoreCopies storing,
      RemoveManifests remove,
      ManifestCache cache,
      ProjectSpace space) {
    this.authorizer = authorizer;
    this.copying = copying;
    this.copies = copies;
    this.pushes = pushes;
    this.storing = storing;
    this.remove = remove;
    this.cache = cache;
    this.space = space;
  }

  /**
   * @param source the project of {@code from}
   * @param target the project of {@code to}
   * @return the digest
   * @throws RegistryException (as error signal) as {@link CopyArtifact#copy}; REFERENCED if an
   *     index names it, PRECONDITION_FAILED if a tag is immutable, CONFLICT if it got a tag at that
   *     moment
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
        .then(Mono.defer(() -> copying.find(caller, source, from, reference, target, to)))
        .flatMap(artifact ->
            Mono.zip(copies.tagsOf(artifact.id()), storing.termsOf(target))
                .flatMap(known ->
                    new Move(
                            caller,
                            artifact,
                            from,
                            target,
                            to,
                            known.getT1().stream().map(OwnTag::tag).collect(Collectors.toSet()),
                            known.getT2())
                        .run()));
  }

  /** One of them. */
  private final class Move {
    private final Caller caller;
    private final Artifact artifact;
    private final RepositoryName from;
    private final Project target;
    private final RepositoryName to;
    private final Set<Tag> lockedTags;
    private final ExpiryTerms terms;

    Move(
        Caller caller,
        Artifact artifact,
        RepositoryName from,
        Project target,
        RepositoryName to,
        Set<Tag> lockedTags,
        ExpiryTerms terms) {
      this.caller = caller;
      this.artifact = artifact;
      this.from = from;
      this.target = target;
      this.to = to;
      this.lockedTags = lockedTags;
      this.terms = terms;
    }

    Mono<Digest> run() {
      UUID promise = UUID.randomUUID();
      return space
          .inTx(target.id(), promise, 0, tx -> runIn(tx, promise))
          .doOnNext(this::forget)
          .delayUntil(gone -> remove.spread(from, gone))
          .thenReturn(digest());
    }

    private Digest digest() {
      return Digest.parse(artifact.digest());
    }

    private Mono<Accounted<List<Doomed>>> runIn(Tx tx, UUID promise) {
      return pushes
          .lock(tx, to, lockedTags)
          .then(Mono.defer(() -> remove.lock(tx, from, digest())))
          .switchIfEmpty(
              Mono.error(() -> ReadArtifacts.notFound(from, new Reference.ByDigest(digest()))))
          .map(doomed -> new Copy(caller, artifact, target, to, tags(doomed), terms, promise))
          .flatMap(copy -> storing.store(tx, copy, true))
          .flatMap(stored ->
              remove
                  .removeIn(tx, Actor.of(caller), from, digest())
                  .map(gone ->
                      new Accounted<>(gone, stored.growth(), stored.reserved(), stored.limit())));
    }

    private Map<Digest, List<Tag>> tags(List<Doomed> doomed) {
      Map<Digest, List<Tag>> tags = new LinkedHashMap<>();
      for (Doomed manifest : doomed) {
        for (Tag tag : manifest.tags()) {
          if (!lockedTags.contains(tag)) {
            throw new RegistryException(
                ErrorCode.CONFLICT,
                "somebody gave the tag "
                    + tag
                    + " to "
                    + manifest.digest()
                    + " meanwhile; try again");
          }
          StoreCopies.add(tags, manifest.digest(), tag);
        }
      }
      return tags;
    }

    private void forget(List<Doomed> gone) {
      remove.forget(from, gone);
      gone.forEach(each -> cache.forget(to, each.digest(), each.tags()));
    }
  }
}
