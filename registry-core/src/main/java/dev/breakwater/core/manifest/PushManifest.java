package dev.breakwater.core.manifest;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Pushes a manifest (OCI distribution-spec, end-7a and end-7b). */
public final class PushManifest {
  private static final Set<Action> PUSH = EnumSet.of(Action.PULL, Action.PUSH);

  private final Authorizer authorizer;
  private final ManifestRepository manifests;
  private final ManifestCache cache;
  private final ManifestSettings settings;

  public PushManifest(
      Authorizer authorizer,
      ManifestRepository manifests,
      ManifestCache cache,
      ManifestSettings settings) {
    this.authorizer = authorizer;
    this.manifests = manifests;
    this.cache = cache;
    this.settings = settings;
  }

  /**
   * Whether the caller may push here at all: asked before a body is read.
   *
   * @throws RegistryException (as error signal) when it may not
   */
  public Mono<Void> check(Caller caller, RepositoryName repository) {
    return authorizer.require(caller, repository, PUSH).then();
  }

  /**
   * @param contentType the media type that the request names, without parameters; may be empty
   * @param tags further tags, for a push by digest
   * @throws RegistryException (as error signal) MANIFEST_INVALID, MANIFEST_TOO_LARGE,
   *     DIGEST_INVALID, MANIFEST_BLOB_UNKNOWN
   */
  public Mono<PushedManifest> push(
      Caller caller,
      RepositoryName repository,
      Reference reference,
      String contentType,
      byte[] bytes,
      List<Tag> tags) {
    return authorizer
        .require(caller, repository, PUSH)
        .map(project -> prepare(project, repository, reference, contentType, bytes, tags))
        .flatMap(this::store);
  }

  private NewManifest prepare(
      Project project,
      RepositoryName repository,
      Reference reference,
      String contentType,
      byte[] bytes,
      List<Tag> tags) {
    if (bytes.length > ManifestSettings.MAX_SIZE) {
      throw new RegistryException(
          ErrorCode.MANIFEST_TOO_LARGE,
          "the manifest has " + bytes.length + " bytes, the limit is " + ManifestSettings.MAX_SIZE);
    }
    if (!repository.isInProject()) {
      throw new RegistryException(
          ErrorCode.NAME_INVALID,
          "'" + repository + "' names only a project; push to '" + repository + "/NAME' instead");
    }
    Digest digest = requireMatch(reference, bytes);
    ManifestDocument document = ManifestParser.parse(contentType, bytes);
    return new NewManifest(
        repository,
        project.id(),
        new StoredManifest(digest, document.mediaType(), bytes),
        document,
        reference instanceof Reference.ByTag(Tag tag) ? List.of(tag) : tags,
        settings.sparseIndexes());
  }

  private static Digest requireMatch(Reference reference, byte[] bytes) {
    return switch (reference) {
      case Reference.ByTag _ -> Digest.compute(DigestAlgorithm.SHA256, bytes);
      case Reference.ByDigest(Digest expected) -> {
        Digest actual = Digest.compute(expected.algorithm(), bytes);
        if (!actual.equals(expected)) {
          throw new RegistryException(
              ErrorCode.DIGEST_INVALID,
              "the manifest that came has the digest " + actual + ", not " + expected);
        }
        yield expected;
      }
    };
  }

  private Mono<PushedManifest> store(NewManifest manifest) {
    return manifests
        .store(manifest)
        .flatMap(missing ->
            missing.isEmpty()
                ? Mono.fromSupplier(() -> stored(manifest))
                : Mono.error(() -> missing(manifest.repository(), missing)));
  }

  private PushedManifest stored(NewManifest manifest) {
    cache.forget(manifest.repository(), manifest.manifest().digest(), manifest.tags());
    return new PushedManifest(
        manifest.manifest().digest(), manifest.document().subject(), manifest.tags());
  }

  private static RegistryException missing(RepositoryName repository, List<Digest> missing) {
    String digests =
        missing.stream().limit(10).map(Digest::toString).collect(Collectors.joining(", "));
    return new RegistryException(
        ErrorCode.MANIFEST_BLOB_UNKNOWN,
        "the manifest names content that repository "
            + repository
            + " does not have: "
            + digests
            + (missing.size() > 10 ? " and " + (missing.size() - 10) + " more" : "")
            + "; push it first",
        Map.of("digest", missing.getFirst().toString()));
  }

  /**
   * @param subject answered as {@code OCI-Subject}
   * @param tags answered as {@code OCI-Tag}
   */
  public record PushedManifest(Digest digest, Optional<Digest> subject, List<Tag> tags) {}
}
