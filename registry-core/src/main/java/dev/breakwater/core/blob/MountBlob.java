package dev.breakwater.core.blob;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.quota.ProjectSpace;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes a blob of one repository readable in another one without sending a byte (OCI
 * distribution-spec, end-11). Whether a blob exists is told only to those who may read it: in every
 * other case the answer is the same, empty, and the client uploads.
 */
public final class MountBlob {
  private static final Set<Action> PUSH = EnumSet.of(Action.PULL, Action.PUSH);
  private static final Set<Action> PULL = EnumSet.of(Action.PULL);

  /** How many repositories are looked at for one that the caller may read. */
  private static final int CANDIDATES = 50;

  private final Authorizer authorizer;
  private final BlobRepository blobs;
  private final BlobStore store;
  private final ProjectSpace space;
  private final BlobSettings settings;
  private final Clock clock;

  public MountBlob(
      Authorizer authorizer,
      BlobRepository blobs,
      BlobStore store,
      ProjectSpace space,
      BlobSettings settings,
      Clock clock) {
    this.authorizer = authorizer;
    this.blobs = blobs;
    this.store = store;
    this.space = space;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * @param from where the blob is; when empty, any repository that the caller may read will do
   * @return the digest when it was mounted, empty when the client has to upload
   */
  public Mono<Digest> mount(
      Caller caller, RepositoryName repository, Digest digest, Optional<RepositoryName> from) {
    return authorizer
        .require(caller, repository, PUSH)
        .filter(_ -> repository.isInProject())
        .flatMap(project -> mountInto(caller, project, repository, digest, from));
  }

  private Mono<Digest> mountInto(
      Caller caller,
      Project project,
      RepositoryName repository,
      Digest digest,
      Optional<RepositoryName> from) {
    return sources(digest, from)
        .filterWhen(source -> readable(caller, source), 1)
        .next()
        .flatMap(source ->
            blobs
                .findLinked(source, digest)
                .filterWhen(blob -> isWhole(digest, blob.size()))
                .map(_ -> source))
        .flatMap(source -> link(project, source, repository, digest))
        .map(_ -> digest);
  }

  private Mono<Long> link(
      Project project, RepositoryName source, RepositoryName repository, Digest digest) {
    UUID promise = UUID.randomUUID();
    Instant leasedUntil = clock.instant().plus(settings.lease());
    return space.inTx(
        project.id(),
        promise,
        0,
        tx -> blobs.mount(tx, digest, source, repository, project.id(), leasedUntil, promise));
  }

  private Flux<RepositoryName> sources(Digest digest, Optional<RepositoryName> from) {
    return from.map(Flux::just)
        .orElseGet(() -> blobs.linking(digest, CANDIDATES).flatMapIterable(names -> names));
  }

  private Mono<Boolean> isWhole(Digest digest, long size) {
    return store.stat(digest).map(stored -> stored == size).defaultIfEmpty(false);
  }

  /**
   * A token that was cut to the target alone still lets its principal mount from what it may pull:
   * clients that mount anonymously cannot know which scope to ask for.
   */
  private Mono<Boolean> readable(Caller caller, RepositoryName source) {
    Caller principal = caller.withoutLimits();
    return authorizer
        .require(principal, source, PULL)
        .map(_ -> true)
        .onErrorResume(RegistryException.class, _ -> Mono.just(false));
  }
}
