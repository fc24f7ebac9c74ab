package dev.breakwater.storage.blob.s3;

import dev.breakwater.core.blob.UploadId;
import dev.breakwater.storage.blob.ObjectKeys;
import dev.breakwater.storage.blob.StagedUploads;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Ends uploads that nobody goes on with: those that rows tell of, and whatever lies among the
 * uploads although its row was lost. Nothing outside of our own keys is touched.
 */
final class S3Purge {
  private static final int BATCH = 100;
  private static final int AT_ONCE = 8;

  private final S3Objects objects;
  private final StagedUploads rows;
  private final ObjectKeys keys;
  private final S3Staging staging;

  S3Purge(S3Objects objects, StagedUploads rows, ObjectKeys keys, S3Staging staging) {
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
    return Flux.concat(known(before), unknownUploads(before), unknownObjects(before))
        .reduce(0L, Long::sum);
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

  private Mono<Long> unknownUploads(Instant before) {
    return objects
        .listMultiparts(keys.uploads())
        .flatMapIterable(page -> page.all("Upload"))
        .filter(upload -> isBefore(upload, "Initiated", before))
        .flatMap(
            upload ->
                objects
                    .abort(upload.find("Key").orElseThrow(), upload.find("UploadId").orElseThrow())
                    .thenReturn(upload),
            AT_ONCE)
        .count();
  }

  private Mono<Long> unknownObjects(Instant before) {
    return S3StoredBlobs.pages(objects, keys.uploads())
        .flatMapIterable(page -> page.all("Contents"))
        .filter(object -> isBefore(object, "LastModified", before))
        .flatMap(
            object -> objects.delete(object.find("Key").orElseThrow()).thenReturn(object), AT_ONCE)
        .count();
  }

  private static boolean isBefore(XmlElement entry, String member, Instant before) {
    try {
      return entry.find(member).map(Instant::parse).filter(it -> it.isBefore(before)).isPresent();
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
