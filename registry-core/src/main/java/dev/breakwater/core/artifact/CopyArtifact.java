package dev.breakwater.core.artifact;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.artifact.ArtifactCopies.OwnTag;
import dev.breakwater.core.artifact.StoreCopies.Copy;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.manifest.ManifestCache;
import dev.breakwater.core.manifest.ManifestPushes;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.quota.ProjectSpace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Copies an artifact to another repository, of any project: with what an index names and with
 * accessories, in one transaction, without copying a byte of a blob.
 */
public final class CopyArtifact {
  private static final Permission CREATE = Permission.of(Resource.ARTIFACT, Verb.CREATE);
  private static final Permission READ = Permission.of(Resource.ARTIFACT, Verb.READ);
  private static final Permission PULL = Permission.of(Resource.REPOSITORY, Verb.PULL);

  private final Authorizer authorizer;
  private final ArtifactRepository artifacts;
  private final ArtifactCopies copies;
  private final ManifestPushes pushes;
  private final StoreCopies storing;
  private final ManifestCache cache;
  private final ProjectSpace space;

  public CopyArtifact(
      Authorizer authorizer,
      ArtifactRepository artifacts,
      ArtifactCopies copies,
      ManifestPushes pushes,
      StoreCopies storing,
      ManifestCache cache,
      ProjectSpace space) {
    this.authorizer = authorizer;
    this.artifacts = artifacts;
    this.copies = copies;
    this.pushes = pushes;
    this.storing = storing;
    this.cache = cache;
    this.space = space;
  }

  /**
   * Copies an artifact. Its accessories keep their tags: a signature is found by them.
   *
   * @param source the project of {@code from}
   * @param target the project of {@code to}
   * @param tags those that it gets in the target; absent: the tag that it is named by, or all that
   *     it has if it is named by its digest, as in Harbor
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
      Optional<List<Tag>> tags) {
    Optional<List<Tag>> wanted =
        reference instanceof Reference.ByTag(Tag tag)
            ? tags.or(() -> Optional.of(List.of(tag)))
            : tags;
    return find(caller, source, from, reference, target, to)
        .flatMap(artifact ->
            Mono.zip(copies.tagsOf(artifact.id()), storing.termsOf(target))
                .map(known ->
                    new Copy(
                        caller,
                        artifact,
                        target,
                        to,
                        withAccessories(artifact, wanted, known.getT1()),
                        known.getT2(),
                        UUID.randomUUID())))
        .flatMap(this::store);
  }

  /** The artifact that is meant, if the caller may copy it. */
  Mono<Artifact> find(
      Caller caller,
      Project source,
      RepositoryName from,
      Reference reference,
      Project target,
      RepositoryName to) {
    return authorizer
        .require(caller, target, CREATE)
        .then(Mono.defer(() -> authorizer.require(caller, source, READ)))
        .then(Mono.defer(() -> authorizer.require(caller, source, PULL)))
        .then(Mono.defer(() -> requireOther(from, to)))
        .then(Mono.defer(() -> artifacts.find(from, reference)))
        .switchIfEmpty(Mono.error(() -> ReadArtifacts.notFound(from, reference)));
  }

  private static Mono<Void> requireOther(RepositoryName from, RepositoryName to) {
    return from.equals(to)
        ? Mono.error(
            new RegistryException(
                ErrorCode.BAD_REQUEST, "the artifact is in " + to + " already; name another one"))
        : Mono.empty();
  }

  private static Map<Digest, List<Tag>> withAccessories(
      Artifact artifact, Optional<List<Tag>> wanted, List<OwnTag> known) {
    Map<Digest, List<Tag>> tags = new LinkedHashMap<>();
    wanted
        .orElseGet(() -> ofArtifact(artifact, known))
        .forEach(tag -> StoreCopies.add(tags, Digest.parse(artifact.digest()), tag));
    known.stream()
        .filter(OwnTag::ofAccessory)
        .forEach(own -> StoreCopies.add(tags, own.digest(), own.tag()));
    return tags;
  }

  private static List<Tag> ofArtifact(Artifact artifact, List<OwnTag> known) {
    return known.stream()
        .filter(own -> own.digest().toString().equals(artifact.digest()))
        .map(OwnTag::tag)
        .toList();
  }

  private Mono<Digest> store(Copy copy) {
    List<Tag> all = copy.tags().values().stream().flatMap(List::stream).toList();
    return space
        .inTx(
            copy.target().id(),
            copy.promise(),
            0,
            tx ->
                pushes
                    .lock(tx, copy.to(), all)
                    .then(Mono.defer(() -> storing.store(tx, copy, false))))
        .doOnNext(_ -> cache.forget(copy.to(), copy.digest(), all))
        .thenReturn(copy.digest());
  }
}
