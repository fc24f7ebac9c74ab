package dev.breakwater.core.blob;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.quota.Quota;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** Links of blobs in memory, for tests. No manifests: nothing is ever named. */
public final class InMemoryBlobRepository implements BlobRepository {
  private final Map<Link, LinkedBlob> links = new ConcurrentHashMap<>();
  private final UploadRepository uploads;
  private final AtomicBoolean dying = new AtomicBoolean();
  private final AtomicInteger lookups = new AtomicInteger();
  private volatile Mono<Void> delay = Mono.empty();
  private volatile Mono<Void> protection = Mono.empty();

  public InMemoryBlobRepository(UploadRepository uploads) {
    this.uploads = uploads;
  }

  /** The next blob is not noted, as if its process were killed. */
  void dieBeforeNextCommit() {
    dying.set(true);
  }

  /** Links a blob without a push. */
  public void link(RepositoryName repository, Digest digest, LinkedBlob blob) {
    links.put(new Link(repository, digest), blob);
  }

  /** Answers of lookups come that late, with what they had found before. */
  void delayLookups(Mono<Void> by) {
    delay = by;
  }

  /** A blob is protected when this ends, or not, with its error. */
  void protectAfter(Mono<Void> by) {
    protection = by;
  }

  /** How often somebody asked for a link. */
  int lookups() {
    return lookups.get();
  }

  @Override
  public Mono<LinkedBlob> findLinked(RepositoryName repository, Digest digest) {
    return Mono.fromSupplier(() -> links.get(new Link(repository, digest)))
        .doOnSubscribe(_ -> lookups.incrementAndGet())
        .delayUntil(_ -> delay);
  }

  @Override
  public Mono<Boolean> renewLease(RepositoryName repository, Digest digest, Instant leasedUntil) {
    return Mono.fromSupplier(() ->
        links.computeIfPresent(
                new Link(repository, digest),
                (_, blob) -> new LinkedBlob(blob.size(), leasedUntil, false))
            != null);
  }

  @Override
  public Mono<Void> protect(Digest digest, Instant until) {
    return protection;
  }

  @Override
  public Mono<Digest> commitUpload(
      UploadSession session, Digest digest, long size, Instant leasedUntil) {
    return Mono.defer(() ->
            dying.getAndSet(false)
                ? Mono.error(new IllegalStateException("killed"))
                : uploads.delete(session.id()))
        .doOnNext(_ ->
            links.put(
                new Link(session.repository(), digest), new LinkedBlob(size, leasedUntil, false)))
        .thenReturn(digest);
  }

  @Override
  public Mono<Accounted<Digest>> commitUpload(
      Tx tx, UploadSession session, Digest digest, long size, Instant leasedUntil) {
    return commitUpload(session, digest, size, leasedUntil)
        .map(_ -> new Accounted<>(digest, size, 0, Quota.UNLIMITED));
  }

  @Override
  public Mono<Accounted<Long>> mount(
      Tx tx,
      Digest digest,
      RepositoryName from,
      RepositoryName to,
      long projectId,
      Instant leasedUntil,
      UUID promise) {
    return findLinked(from, digest)
        .doOnNext(blob ->
            links.put(new Link(to, digest), new LinkedBlob(blob.size(), leasedUntil, false)))
        .map(blob -> new Accounted<>(blob.size(), blob.size(), 0, Quota.UNLIMITED));
  }

  @Override
  public Mono<List<RepositoryName>> linking(Digest digest, int limit) {
    return Mono.fromSupplier(() ->
        links.keySet().stream()
            .filter(link -> link.digest().equals(digest))
            .map(Link::repository)
            .limit(limit)
            .toList());
  }

  @Override
  public Mono<Unlinked> unlink(RepositoryName repository, Digest digest) {
    return Mono.fromSupplier(() ->
        links.remove(new Link(repository, digest)) == null
            ? new Unlinked.Unknown()
            : new Unlinked.Done());
  }

  private record Link(RepositoryName repository, Digest digest) {}
}
