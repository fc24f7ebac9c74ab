package dev.breakwater.storage.blob.opendal;

import dev.breakwater.core.blob.UploadId;
import dev.breakwater.storage.blob.ObjectKeys;
import dev.breakwater.storage.blob.StagedUploads;
import java.time.Instant;
import org.apache.opendal.Entry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Ends uploads that nobody goes on with: those that rows tell of, and whatever lies among the
 * uploads although its row was lost. Nothing outside of our own keys is touched.
 */
final class CloudPurge {
  private static final int BATCH = 100;
  private static final int AT_ONCE = 8;

  private final CloudObjects objects;
  private final StagedUploads rows;
  private final ObjectKeys keys;
  private final CloudStaging staging;

  CloudPurge(CloudObjects objects, StagedUploads rows, ObjectKeys keys, CloudStaging staging) {
    this.objects = objects;
    this.rows = rows;
    this.keys = keys;
    this.staging = staging;
  }

  /**
   * @param before what was touched since is left alone
   * @return how many uploads and objects went
   */
  Mono<Long> purge(Instant before) {
    return Flux.concat(known(before), unknown(before)).reduce(0L, Long::sum);
  }

  private Mono<Long> known(Instant before) {
    return Mono.defer(() -> rows.untouchedSince(before, BATCH))
        .flatMap(stale -> Flux.fromIterable(stale).concatMap(this::remove).count())
        .repeat()
        .takeUntil(count -> count < BATCH)
        .reduce(0L, Long::sum);
  }

  private Mono<UploadId> remove(UploadId id) {
    return staging.remove(id).thenReturn(id);
  }

  private Mono<Long> unknown(Instant before) {
    return objects
        .list(keys.uploads())
        .flatMapIterable(entries -> entries)
        .filterWhen(entry -> isOlder(entry, before), AT_ONCE)
        .flatMap(entry -> objects.delete(entry.getPath()).thenReturn(entry), AT_ONCE)
        .count();
  }

  /** Not every service tells the time in a list. */
  private Mono<Boolean> isOlder(Entry entry, Instant before) {
    return CloudStoredBlobs.modified(entry.getMetadata())
        .map(Mono::just)
        .orElseGet(() ->
            objects
                .stat(entry.getPath())
                .flatMap(found -> Mono.justOrEmpty(CloudStoredBlobs.modified(found))))
        .map(changed -> changed.isBefore(before))
        .defaultIfEmpty(false);
  }
}
