package dev.breakwater.core.blob;

import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Removes uploads that nobody touched for {@link BlobSettings#uploadExpiry}. */
public final class PurgeUploads {
  private static final Logger log = LoggerFactory.getLogger(PurgeUploads.class);
  private static final int BATCH = 100;

  private final UploadRepository uploads;
  private final PushBlob pushBlob;
  private final BlobSettings settings;
  private final Clock clock;

  public PurgeUploads(
      UploadRepository uploads, PushBlob pushBlob, BlobSettings settings, Clock clock) {
    this.uploads = uploads;
    this.pushBlob = pushBlob;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Purges everything that is stale now.
   *
   * @return how many uploads
   */
  public Mono<Long> purge() {
    return pushBlob
        .touchRunning()
        .then(
            Mono.defer(() ->
                uploads.untouchedSince(clock.instant().minus(settings.uploadExpiry()), BATCH)))
        .flatMap(stale -> Flux.fromIterable(stale).concatMap(this::purgeOne).count())
        .repeat()
        .takeUntil(count -> count < BATCH)
        .reduce(0L, Long::sum)
        .doOnNext(PurgeUploads::report);
  }

  private Mono<UploadId> purgeOne(UploadId id) {
    return pushBlob.discard(id).thenReturn(id);
  }

  private static void report(long count) {
    if (count > 0) {
      log.info("purged {} stale uploads", count);
    }
  }
}
