package dev.breakwater.core.adoption;

import dev.breakwater.core.adoption.AdoptBlobs.Inspected;
import dev.breakwater.core.adoption.DistributionLayout.Revision;
import dev.breakwater.core.blob.SmallBlobs;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.manifest.ForeignManifest;
import dev.breakwater.core.manifest.ManifestRepository;
import dev.breakwater.core.manifest.ManifestSettings;
import dev.breakwater.core.manifest.PushManifest;
import dev.breakwater.core.manifest.TagCondition;
import dev.breakwater.core.oci.Descriptor;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The manifests of a repository: what each names is linked, then it is pushed like any other one.
 * Those that name manifests which are still to come are put off; once nothing moves any more they
 * are tried as they are.
 */
final class AdoptManifests {
  private static final int AT_ONCE = 4;

  private final DistributionLayout layout;
  private final SmallBlobs files;
  private final AdoptBlobs blobs;
  private final ManifestRepository manifests;
  private final PushManifest push;

  AdoptManifests(
      DistributionLayout layout,
      SmallBlobs files,
      AdoptBlobs blobs,
      ManifestRepository manifests,
      PushManifest push) {
    this.layout = layout;
    this.files = files;
    this.blobs = blobs;
    this.manifests = manifests;
    this.push = push;
  }

  Mono<Void> adopt(AdoptionRun run, FoundRepository repository) {
    Flux<Revision> revisions = layout.revisions(repository.path());
    return round(run, repository, revisions, false)
        .collectList()
        .expand(waiting -> again(run, repository, waiting))
        .then();
  }

  private Mono<List<Revision>> again(
      AdoptionRun run, FoundRepository repository, List<Revision> waiting) {
    return waiting.isEmpty()
        ? Mono.empty()
        : round(run, repository, Flux.fromIterable(waiting), false)
            .collectList()
            .flatMap(still ->
                still.size() < waiting.size()
                    ? Mono.just(still)
                    : round(run, repository, Flux.fromIterable(still), true).then(Mono.empty()));
  }

  /** Those that have to wait. */
  private Flux<Revision> round(
      AdoptionRun run, FoundRepository repository, Flux<Revision> revisions, boolean last) {
    return revisions.flatMap(
        revision ->
            Skipping.orSkip(
                    run.report(),
                    repository.name() + "@" + revision.text(),
                    adopt(run, repository, revision, last))
                .filter(done -> !done)
                .map(_ -> revision),
        AT_ONCE);
  }

  /** False: it has to wait. */
  private Mono<Boolean> adopt(
      AdoptionRun run, FoundRepository repository, Revision revision, boolean last) {
    return layout
        .revision(repository.path(), revision)
        .map(linked -> requireSame(revision, linked))
        .flatMap(digest ->
            manifests
                .find(repository.name(), digest)
                .map(_ -> true)
                .doOnNext(_ -> run.report().manifest(false))
                .switchIfEmpty(Mono.defer(() -> adopt(run, repository, digest, last))));
  }

  private static Digest requireSame(Revision revision, Digest linked) {
    if (!linked.toString().equals(revision.text())) {
      throw new RegistryException(
          ErrorCode.DIGEST_INVALID, "its link is damaged: it names " + linked);
    }
    return linked;
  }

  private Mono<Boolean> adopt(
      AdoptionRun run, FoundRepository repository, Digest digest, boolean last) {
    return files
        .read(digest, ManifestSettings.MAX_SIZE)
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.MANIFEST_UNKNOWN,
                    "it is not in the storage, or larger than "
                        + ManifestSettings.MAX_SIZE
                        + " bytes")))
        .map(bytes -> ForeignManifest.parse(digest, bytes))
        .flatMap(manifest ->
            waits(repository, manifest)
                .flatMap(
                    waits -> waits && !last ? Mono.just(false) : store(run, repository, manifest)));
  }

  /** Whether it names a manifest of the repository that was not adopted yet. */
  private Mono<Boolean> waits(FoundRepository repository, ForeignManifest manifest) {
    return Flux.fromIterable(manifest.children())
        .map(Descriptor::digest)
        .filterWhen(child -> layout.isRevision(repository.path(), child), 1)
        .filterWhen(
            child -> manifests.find(repository.name(), child).hasElement().map(is -> !is), 1)
        .hasElements();
  }

  private Mono<Boolean> store(
      AdoptionRun run, FoundRepository repository, ForeignManifest manifest) {
    return Flux.concat(required(run, repository, manifest), others(run, repository, manifest))
        .collectList()
        .flatMapIterable(ready -> ready)
        .concatMap(ready -> blobs.link(run, repository, ready))
        .then(
            Mono.defer(() ->
                push.push(
                    run.caller(),
                    repository.name(),
                    new Reference.ByDigest(manifest.digest()),
                    "",
                    manifest.bytes(),
                    List.of(),
                    new TagCondition.None())))
        .doOnNext(_ -> run.report().manifest(true))
        .thenReturn(true);
  }

  private Flux<Inspected.Ready> required(
      AdoptionRun run, FoundRepository repository, ForeignManifest manifest) {
    return Flux.fromStream(manifest.blobs().stream().filter(blob -> !blob.remote()).distinct())
        .concatMap(blob -> blobs.inspect(run, repository, blob))
        .concatMap(found -> Mono.justOrEmpty(ready(found, true)));
  }

  /**
   * What may be elsewhere, and children that are blobs: whether they may be missing is for push.
   */
  private Flux<Inspected.Ready> others(
      AdoptionRun run, FoundRepository repository, ForeignManifest manifest) {
    List<Descriptor> others =
        new ArrayList<>(manifest.blobs().stream().filter(Descriptor::remote).toList());
    others.addAll(manifest.children());
    return Flux.fromIterable(others)
        .distinct()
        .filterWhen(blob -> layout.isRevision(repository.path(), blob.digest()).map(is -> !is), 1)
        .concatMap(blob -> blobs.inspect(run, repository, blob))
        .concatMap(found -> Mono.justOrEmpty(ready(found, false)));
  }

  /** Empty: there is nothing to do. */
  private static Optional<Inspected.Ready> ready(Inspected found, boolean required) {
    return switch (found) {
      case Inspected.Ready ready -> Optional.of(ready);
      case Inspected.Linked() -> Optional.empty();
      case Inspected.Missing(String reason) -> {
        if (required) {
          throw unusable(reason);
        }
        yield Optional.empty();
      }
      case Inspected.Damaged(String reason) -> throw unusable(reason);
    };
  }

  private static RegistryException unusable(String reason) {
    return new RegistryException(ErrorCode.MANIFEST_BLOB_UNKNOWN, "blob " + reason);
  }
}
