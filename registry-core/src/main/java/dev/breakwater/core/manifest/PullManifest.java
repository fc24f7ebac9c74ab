package dev.breakwater.core.manifest;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/** Pulls a manifest (OCI distribution-spec, end-3). */
public final class PullManifest {
  private static final Set<Action> PULL = EnumSet.of(Action.PULL);

  private final Authorizer authorizer;
  private final ManifestCache cache;
  private final Activity activity;

  public PullManifest(Authorizer authorizer, ManifestCache cache, Activity activity) {
    this.authorizer = authorizer;
    this.cache = cache;
    this.activity = activity;
  }

  /**
   * @param counted whether it is a pull, and not only a look at whether it is there, or still the
   *     one that the client has
   * @throws RegistryException (as error signal) MANIFEST_UNKNOWN
   */
  public Mono<StoredManifest> pull(
      Caller caller, RepositoryName repository, Reference reference, Predicate<Digest> counted) {
    return authorizer
        .require(caller, repository, PULL)
        .flatMap(project ->
            find(repository, reference)
                .doOnNext(found -> {
                  if (counted.test(found.digest())) {
                    activity.pulled(caller, project.id(), repository, reference, found.digest());
                  }
                }))
        .switchIfEmpty(Mono.error(() -> unknown(repository, reference)));
  }

  private Mono<StoredManifest> find(RepositoryName repository, Reference reference) {
    return switch (reference) {
      case Reference.ByDigest(Digest digest) -> cache.find(repository, digest);
      case Reference.ByTag(Tag tag) ->
          cache.resolve(repository, tag).flatMap(digest -> cache.find(repository, digest));
    };
  }

  static RegistryException unknown(RepositoryName repository, Reference reference) {
    return new RegistryException(
        ErrorCode.MANIFEST_UNKNOWN, "repository " + repository + " has no manifest " + reference);
  }
}
