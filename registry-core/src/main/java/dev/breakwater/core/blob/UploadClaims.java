package dev.breakwater.core.blob;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Which replica writes to an upload, by its row. A claim ends with the request; that of a replica
 * that died ends with its lease. Then the bytes are seized first, see {@link BlobStore#seize}: the
 * other one may only have been slow. A replica that cannot extend its claims stops writing.
 */
final class UploadClaims {
  static final Duration LEASE = Duration.ofSeconds(8);

  private static final Logger log = LoggerFactory.getLogger(UploadClaims.class);
  private static final Duration EXTENSION = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(500);

  private final UploadRepository uploads;
  private final BlobStore store;
  private final UUID replica = UUID.randomUUID();

  UploadClaims(UploadRepository uploads, BlobStore store) {
    this.uploads = uploads;
    this.store = store;
  }

  /**
   * Does the work while no other replica writes to the upload; waits for one that does, no longer
   * than a dead one's lease.
   */
  <T> Mono<T> hold(UploadId upload, Supplier<Mono<T>> work) {
    return take(upload)
        .flatMap(claim -> claim == UploadClaim.UNNEEDED ? work.get() : held(upload, claim, work));
  }

  private Mono<UploadClaim> take(UploadId upload) {
    return Mono.defer(() -> uploads.claim(upload, replica, LEASE))
        .flatMap(claim ->
            switch (claim) {
              case UNNEEDED, TAKEN, TAKEN_OVER -> Mono.just(claim);
              case BUSY -> Mono.error(new Busy(upload));
              case GONE -> Mono.error(UploadId.unknown(upload.toString()));
            })
        .retryWhen(
            Retry.fixedDelay(LEASE.dividedBy(POLL) + 2, POLL)
                .filter(Busy.class::isInstance)
                .onRetryExhaustedThrow((_, last) -> last.failure()));
  }

  private <T> Mono<T> held(UploadId upload, UploadClaim claim, Supplier<Mono<T>> work) {
    Mono<Void> ready = claim == UploadClaim.TAKEN_OVER ? store.seize(upload) : Mono.empty();
    return Mono.usingWhen(
        Mono.just(upload),
        _ -> Mono.firstWithSignal(ready.then(Mono.defer(work)), lost(upload)),
        this::release);
  }

  /** Ends, with an error, when the claim is lost. */
  private <T> Mono<T> lost(UploadId upload) {
    AtomicLong extended = new AtomicLong(System.nanoTime());
    return Flux.interval(EXTENSION)
        .onBackpressureDrop()
        .concatMap(
            _ ->
                uploads
                    .extend(upload, replica, LEASE)
                    .doOnNext(_ -> extended.set(System.nanoTime()))
                    .onErrorResume(
                        Exception.class,
                        _ -> Mono.just(System.nanoTime() - extended.get() < LEASE.toNanos() / 2)),
            1)
        .filter(ours -> !ours)
        .next()
        .flatMap(_ -> uploads.claim(upload, replica, LEASE))
        .flatMap(now -> Mono.error(reason(upload, now)));
  }

  /**
   * A database server that is killed forgets the claims of its last moments. Another replica may
   * have had the upload since, so that the request cannot go on.
   */
  private static RegistryException reason(UploadId upload, UploadClaim now) {
    return switch (now) {
      case BUSY, TAKEN_OVER -> new Busy(upload);
      case TAKEN, GONE, UNNEEDED ->
          new RegistryException(
              ErrorCode.UNAVAILABLE,
              "upload "
                  + upload
                  + " ended elsewhere while it was written to, or the database forgot who writes"
                  + " to it; try again");
    };
  }

  private Mono<Void> release(UploadId upload) {
    return uploads
        .release(upload, replica)
        .onErrorResume(
            Exception.class,
            error -> {
              log.debug(
                  "upload {} stays claimed until its lease ends: {}", upload, error.toString());
              return Mono.empty();
            });
  }

  private static final class Busy extends RegistryException {
    private static final long serialVersionUID = 1L;

    Busy(UploadId upload) {
      super(
          ErrorCode.BLOB_UPLOAD_BUSY,
          "another replica is still writing to upload " + upload + "; wait until it has ended");
    }
  }
}
