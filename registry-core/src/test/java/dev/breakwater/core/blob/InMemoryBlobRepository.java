package dev.breakwater.core.blob;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/** Links of blobs in memory, for tests. No manifests: nothing is ever named. */
public final class InMemoryBlobRepository implements BlobRepository {
  private final Map<Link, Long> links = new ConcurrentHashMap<>();
  private final UploadRepository uploads;

  public InMemoryBlobRepository(UploadRepository uploads) {
    this.uploads = uploads;
  }

  @Override
  public Mono<Long> findLinked(RepositoryName repository, Digest digest) {
    return Mono.fromSupplier(() -> links.get(new Link(repository, digest)));
  }

  @Override
  public Mono<Void> commitUpload(
      UploadSession session, Digest digest, long size, Instant leasedUntil) {
    return uploads
        .delete(session.id())
        .doOnNext(_ -> links.put(new Link(session.repository(), digest), size))
        .then();
  }

  @Override
  public Mono<Long> mount(
      Digest digest, RepositoryName from, RepositoryName to, long projectId, Instant leasedUntil) {
    return findLinked(from, digest).doOnNext(size -> links.put(new Link(to, digest), size));
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
