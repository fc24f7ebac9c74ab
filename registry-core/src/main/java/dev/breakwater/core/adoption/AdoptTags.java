package dev.breakwater.core.adoption;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.manifest.ManifestRepository;
import dev.breakwater.core.manifest.PushManifest;
import dev.breakwater.core.manifest.TagCondition;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.Tag;
import java.util.List;
import reactor.core.publisher.Mono;

/** The tags of a repository, after its manifests. A tag that is here already is never moved. */
final class AdoptTags {
  private static final int AT_ONCE = 4;

  private final DistributionLayout layout;
  private final ManifestRepository manifests;
  private final PushManifest push;

  AdoptTags(DistributionLayout layout, ManifestRepository manifests, PushManifest push) {
    this.layout = layout;
    this.manifests = manifests;
    this.push = push;
  }

  Mono<Void> adopt(AdoptionRun run, FoundRepository repository) {
    return layout
        .tags(repository.path())
        .flatMap(
            text ->
                Skipping.orSkip(
                        run.report(),
                        repository.name() + ":" + text,
                        Mono.defer(() -> adopt(run, repository, Tag.parse(text))))
                    .doOnNext(run.report()::tag),
            AT_ONCE)
        .then();
  }

  /** False: it was here. */
  private Mono<Boolean> adopt(AdoptionRun run, FoundRepository repository, Tag tag) {
    return layout
        .tag(repository.path(), tag.value())
        .switchIfEmpty(unknown("it has no link"))
        .flatMap(digest ->
            manifests
                .resolve(repository.name(), tag)
                .map(here -> requireSame(here, digest))
                .switchIfEmpty(Mono.defer(() -> push(run, repository, tag, digest))));
  }

  private static boolean requireSame(Digest here, Digest there) {
    if (!here.equals(there)) {
      throw new RegistryException(
          ErrorCode.PRECONDITION_FAILED,
          "it points to " + here + " here already and stays; there it points to " + there);
    }
    return false;
  }

  private Mono<Boolean> push(AdoptionRun run, FoundRepository repository, Tag tag, Digest digest) {
    return manifests
        .find(repository.name(), digest)
        .switchIfEmpty(unknown("its manifest " + digest + " is not there, or was skipped"))
        .flatMap(manifest ->
            push.push(
                run.caller(),
                repository.name(),
                new Reference.ByDigest(digest),
                manifest.mediaType(),
                manifest.bytes(),
                List.of(tag),
                new TagCondition.Absent()))
        .thenReturn(true);
  }

  private static <T> Mono<T> unknown(String why) {
    return Mono.error(() -> new RegistryException(ErrorCode.MANIFEST_UNKNOWN, why));
  }
}
