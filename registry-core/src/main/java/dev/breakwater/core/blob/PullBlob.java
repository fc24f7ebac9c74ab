package dev.breakwater.core.blob;

import dev.breakwater.core.blob.BlobRepository.LinkedBlob;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Pulls a blob. It is readable in a repository only if that repository links it. A blob whose file
 * is missing or damaged, as far as its length or an earlier check tells, is answered as unknown, so
 * that clients push it again and thereby repair it.
 */
public final class PullBlob {
  private static final Logger log = LoggerFactory.getLogger(PullBlob.class);
  private static final Set<Action> PULL = EnumSet.of(Action.PULL);
  private static final Duration ENOUGH = Duration.ofHours(1);

  private final Authorizer authorizer;
  private final BlobRepository blobs;
  private final LinkCache links;
  private final BlobStore store;
  private final BlobSettings settings;
  private final Clock clock;

  public PullBlob(
      Authorizer authorizer,
      BlobRepository blobs,
      LinkCache links,
      BlobStore store,
      BlobSettings settings,
      Clock clock) {
    this.authorizer = authorizer;
    this.blobs = blobs;
    this.links = links;
    this.store = store;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * The size in bytes. Whoever gets it may count on the blob for a while, and push a manifest that
   * names it: less than an hour of its lease left, or half of it, is prolonged first.
   */
  public Mono<Long> stat(Caller caller, RepositoryName repository, Digest digest) {
    return linked(caller, repository, digest)
        .filterWhen(blob -> leased(repository, digest, blob))
        .map(LinkedBlob::size)
        .flatMap(size ->
            store
                .stat(digest)
                .filter(stored -> isWhole(digest, size, stored))
                .switchIfEmpty(Mono.error(() -> lost(digest))))
        .switchIfEmpty(Mono.error(() -> unknown(repository, digest)));
  }

  /** The open content, which the caller must close, or where it is. */
  public Mono<BlobContent> open(Caller caller, RepositoryName repository, Digest digest) {
    return linked(caller, repository, digest)
        .map(LinkedBlob::size)
        .flatMap(size ->
            elsewhere(digest, size)
                .switchIfEmpty(
                    Mono.defer(() ->
                        store
                            .open(digest)
                            .flatMap(content -> requireWhole(digest, size, content)))))
        .switchIfEmpty(Mono.error(() -> lost(digest)));
  }

  /** Where it is if clients get it there; only if it is there. */
  private Mono<BlobContent> elsewhere(Digest digest, long size) {
    return store
        .locate(digest)
        .filterWhen(_ -> store.stat(digest).map(stored -> isWhole(digest, size, stored)))
        .map(location -> new BlobContent.Elsewhere(location, size));
  }

  private Mono<Boolean> leased(RepositoryName repository, Digest digest, LinkedBlob blob) {
    Instant now = clock.instant();
    Duration half = settings.lease().dividedBy(2);
    Duration least = half.compareTo(ENOUGH) < 0 ? half : ENOUGH;
    return blob.leasedUntil().isAfter(now.plus(least))
        ? Mono.just(true)
        : blobs
            .renewLease(repository, digest, now.plus(settings.lease()))
            .doOnTerminate(() -> links.forget(repository, digest));
  }

  private Mono<LinkedBlob> linked(Caller caller, RepositoryName repository, Digest digest) {
    return authorizer
        .require(caller, repository, PULL)
        .then(Mono.defer(() -> links.find(repository, digest)))
        .switchIfEmpty(Mono.error(() -> unknown(repository, digest)))
        .flatMap(blob -> blob.lost() ? Mono.error(lost(digest)) : Mono.just(blob));
  }

  private static Mono<BlobContent> requireWhole(Digest digest, long size, BlobContent content) {
    if (isWhole(digest, size, content.size())) {
      return Mono.just(content);
    }
    return Mono.using(() -> content, _ -> Mono.empty());
  }

  private static boolean isWhole(Digest digest, long size, long stored) {
    if (size != stored) {
      log.warn("blob {} has {} bytes in the store, its row says {}", digest, stored, size);
    }
    return size == stored;
  }

  private static RegistryException unknown(RepositoryName repository, Digest digest) {
    return new RegistryException(
        ErrorCode.BLOB_UNKNOWN, "repository " + repository + " has no blob " + digest);
  }

  private static RegistryException lost(Digest digest) {
    return new RegistryException(
        ErrorCode.BLOB_UNKNOWN,
        "the content of blob "
            + digest
            + " is missing or damaged in the storage of this registry; push it again to repair it");
  }
}
