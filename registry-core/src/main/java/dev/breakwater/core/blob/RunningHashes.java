package dev.breakwater.core.blob;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * The hashes of uploads in progress, so that nothing is read twice: a request takes the hash out,
 * carries it over its bytes and puts it back. Where it is missing (the process was restarted,
 * another replica had the session, a request broke off, the algorithm is only known now), the
 * stored bytes are read back once: now, or when all of them are there if the store wants it so.
 */
final class RunningHashes {
  private final BlobStore store;
  private final Cache<UploadId, RunningHash> idle =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofHours(1)).build();

  RunningHashes(BlobStore store) {
    this.store = store;
  }

  /** The hash over exactly the first {@code position} bytes of the upload; may be a lost one. */
  Mono<RunningHash> take(UploadId upload, DigestAlgorithm algorithm, long position) {
    return Mono.defer(() -> {
      RunningHash known = idle.asMap().remove(upload);
      if (known != null && known.position() == position && known.algorithm() == algorithm) {
        return Mono.just(known);
      }
      return position > 0 && !store.replaysUnfinished()
          ? Mono.just(RunningHash.lost(algorithm))
          : readBack(upload, new RunningHash(algorithm), position);
    });
  }

  /** The hash over all bytes of an upload that has got its last one. */
  Mono<RunningHash> whole(UploadId upload, RunningHash hash, long length) {
    return hash.isLost()
        ? readBack(upload, new RunningHash(hash.algorithm()), length)
        : Mono.just(hash);
  }

  /** The algorithm of the hash that is kept for the upload; SHA-256 when there is none. */
  DigestAlgorithm algorithm(UploadId upload) {
    RunningHash known = idle.getIfPresent(upload);
    return known == null ? DigestAlgorithm.SHA256 : known.algorithm();
  }

  void putBack(UploadId upload, RunningHash hash) {
    if (!hash.isLost()) {
      idle.put(upload, hash);
    }
  }

  void forget(UploadId upload) {
    idle.invalidate(upload);
  }

  private Mono<RunningHash> readBack(UploadId upload, RunningHash hash, long length) {
    if (length == 0) {
      return Mono.just(hash);
    }
    return store
        .replay(upload, length, new HashOnly(hash))
        .then(Mono.fromCallable(() -> requireWhole(upload, hash, length)));
  }

  private static RunningHash requireWhole(UploadId upload, RunningHash hash, long length)
      throws IOException {
    if (hash.position() != length) {
      throw new IOException(
          "upload " + upload + " holds " + hash.position() + " bytes, " + length + " expected");
    }
    return hash;
  }

  private record HashOnly(RunningHash hash) implements BlobSink {
    @Override
    public void write(ByteBuffer[] batch, int count) {
      for (int i = 0; i < count; i++) {
        hash.update(batch[i]);
      }
    }

    @Override
    public void close() {}
  }
}
