package dev.breakwater.storage.blob.opendal;

import dev.breakwater.storage.blob.ObjectKeys;
import dev.breakwater.storage.blob.StagedUploads;
import dev.breakwater.storage.blob.StaleUploads;
import java.time.Instant;
import org.apache.opendal.Entry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Ends uploads that nobody goes on with: those that rows tell of, and whatever lies among the
 * uploads without a row. Nothing outside of our own keys is touched.
 */
final class CloudPurge {
  private static final int AT_ONCE = 8;

  private final CloudObjects objects;
  private final StaleUploads stale;
  private final ObjectKeys keys;
  private final CloudStaging staging;

  CloudPurge(CloudObjects objects, StagedUploads rows, ObjectKeys keys, CloudStaging staging) {
    this.objects = objects;
    this.stale = new StaleUploads(rows, keys);
    this.keys = keys;
    this.staging = staging;
  }

  /**
   * @param before what was touched since is left alone
   * @return how many uploads and objects went
   */
  Mono<Long> purge(Instant before) {
    return Flux.concat(stale.remove(before, staging::remove), orphans(before))
        .reduce(0L, Long::sum);
  }

  private Mono<Long> orphans(Instant before) {
    Flux<Entry> old =
        objects
            .list(keys.uploads())
            .flatMapIterable(entries -> entries)
            .filterWhen(entry -> isOlder(entry, before), AT_ONCE);
    return stale
        .orphans(old, Entry::getPath)
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
