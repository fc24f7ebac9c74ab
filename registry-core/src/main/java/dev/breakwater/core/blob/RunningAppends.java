package dev.breakwater.core.blob;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Which uploads are being written on this replica: one request at a time for each, and no more than
 * the limit in all. Other replicas are kept out by {@link UploadClaims}.
 */
final class RunningAppends {
  private final Set<UploadId> running = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private final int limit;
  private final UploadClaims claims;

  RunningAppends(int limit, UploadClaims claims) {
    this.limit = limit;
    this.claims = claims;
  }

  int running() {
    return count.get();
  }

  /** Those that are being written now. */
  Set<UploadId> uploads() {
    return Set.copyOf(running);
  }

  /** Runs the work alone for this upload, or refuses it. */
  <T> Mono<T> alone(UploadId upload, Supplier<Mono<T>> work) {
    return Mono.usingWhen(
        Mono.fromCallable(() -> enter(upload)),
        entered -> claims.hold(entered, work),
        entered -> Mono.fromRunnable(() -> leave(entered)));
  }

  private UploadId enter(UploadId upload) {
    if (count.incrementAndGet() > limit) {
      count.decrementAndGet();
      throw new RegistryException(
          ErrorCode.TOO_MANY_REQUESTS,
          limit + " uploads are running, which is the limit; try again in a few seconds");
    }
    if (!running.add(upload)) {
      count.decrementAndGet();
      throw new RegistryException(
          ErrorCode.BLOB_UPLOAD_BUSY,
          "another request is still writing to upload " + upload + "; wait until it has ended");
    }
    return upload;
  }

  private void leave(UploadId upload) {
    running.remove(upload);
    count.decrementAndGet();
  }
}
