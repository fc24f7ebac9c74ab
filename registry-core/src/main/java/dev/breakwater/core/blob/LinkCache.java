package dev.breakwater.core.blob;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.blob.BlobRepository.LinkedBlob;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import reactor.core.publisher.Mono;

/**
 * Links of blobs to repositories in memory, so that pulls ask no database.
 *
 * <p>What this replica deletes is dropped after the commit, together with a lookup that is still
 * running; what others delete is heard, and otherwise seen within {@link #LIFETIME}. Neither
 * absence nor loss is cached: what is pushed, at any replica, is seen by the next request. A lease
 * that is known here is in the database, too, and is never taken back; so a blob may be promised by
 * it (a link that a client deletes meanwhile is missed when the manifest comes).
 */
public final class LinkCache {
  static final Duration LIFETIME = Duration.ofSeconds(4);
  private static final int MAX_LINKS = 50_000;

  private final BlobRepository blobs;
  private volatile BiFunction<RepositoryName, Digest, Mono<Void>> spreading =
      (_, _) -> Mono.empty();
  private final AsyncCache<Link, Optional<LinkedBlob>> links =
      Caffeine.newBuilder().maximumSize(MAX_LINKS).expireAfterWrite(LIFETIME).buildAsync();

  public LinkCache(BlobRepository blobs) {
    this.blobs = blobs;
  }

  /** Whom to tell of links that go here; completes when the others know. */
  public void tell(BiFunction<RepositoryName, Digest, Mono<Void>> others) {
    spreading = others;
  }

  /** The blob when the repository links it, else empty. */
  public Mono<LinkedBlob> find(RepositoryName repository, Digest digest) {
    return Mono.defer(() -> {
      Link link = new Link(repository, digest);
      CompletableFuture<Optional<LinkedBlob>> found = links.get(link, (_, _) -> lookup(link));
      return Mono.fromFuture(found, true)
          .doOnNext(blob -> {
            if (blob.isEmpty() || blob.get().lost()) {
              links.asMap().remove(link, found);
            }
          })
          .flatMap(Mono::justOrEmpty);
    });
  }

  private CompletableFuture<Optional<LinkedBlob>> lookup(Link link) {
    return blobs
        .findLinked(link.repository(), link.digest())
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        .toFuture();
  }

  /** A link has gone or its lease has changed. */
  public void forget(RepositoryName repository, Digest digest) {
    links.synchronous().invalidate(new Link(repository, digest));
  }

  /** A repository has gone with all its links. */
  public void forget(RepositoryName repository) {
    links.asMap().keySet().removeIf(link -> link.repository().equals(repository));
  }

  /** Nobody knows what has gone. */
  public void forgetAll() {
    links.synchronous().invalidateAll();
  }

  /**
   * Tells the other replicas that a client has deleted a link, and completes when they have
   * forgotten it. Never an error, and never long.
   */
  Mono<Void> spread(RepositoryName repository, Digest digest) {
    return Mono.defer(() -> spreading.apply(repository, digest));
  }

  private record Link(RepositoryName repository, Digest digest) {}
}
