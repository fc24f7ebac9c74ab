package dev.breakwater.storage.blob.s3;

import dev.breakwater.storage.blob.ObjectKeys;
import dev.breakwater.storage.blob.StagedUploads;
import dev.breakwater.storage.blob.StaleUploads;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Ends uploads that nobody goes on with: those that rows tell of, and whatever lies among the
 * uploads without a row. Nothing outside of our own keys is touched.
 */
final class S3Purge {
  private static final int AT_ONCE = 8;

  /** What writes a blob's own key in one request and is as old is not going on any more. */
  private static final Duration LONGEST_PUSH = Duration.ofDays(1);

  private final S3Objects objects;
  private final StagedUploads rows;
  private final StaleUploads stale;
  private final ObjectKeys keys;
  private final S3Staging staging;

  S3Purge(S3Objects objects, StagedUploads rows, ObjectKeys keys, S3Staging staging) {
    this.objects = objects;
    this.rows = rows;
    this.stale = new StaleUploads(rows, keys);
    this.keys = keys;
    this.staging = staging;
  }

  /**
   * @param age what was touched since is left alone
   * @return how many uploads and objects went
   */
  Mono<Long> purge(Duration age, Instant now) {
    Instant before = now.minus(age);
    Instant longBefore = now.minus(age.compareTo(LONGEST_PUSH) > 0 ? age : LONGEST_PUSH);
    return Flux.concat(
            stale.remove(before, staging::remove),
            unknownUploads(before),
            unknownObjects(before),
            unknownPushes(longBefore))
        .reduce(0L, Long::sum);
  }

  private Mono<Long> unknownUploads(Instant before) {
    return stale
        .orphans(multiparts(keys.uploads(), before), S3Purge::key)
        .flatMap(this::abort, AT_ONCE)
        .count();
  }

  /**
   * Of a blob's own key: a process was killed before it could note what it had begun, or another
   * registry left it. Those that are noted go on.
   */
  private Mono<Long> unknownPushes(Instant before) {
    return multiparts(keys.blobs(), before)
        .filterWhen(upload -> rows.isRecorded(name(upload), before).map(is -> !is), AT_ONCE)
        .flatMap(this::abort, AT_ONCE)
        .count();
  }

  private Flux<XmlElement> multiparts(String prefix, Instant before) {
    return objects
        .listMultiparts(prefix, Optional.empty())
        .expand(page ->
            page.find("IsTruncated").filter("true"::equals).isPresent()
                ? objects.listMultiparts(prefix, Optional.of(page))
                : Mono.empty())
        .flatMapIterable(page -> page.all("Upload"))
        .filter(upload -> key(upload).startsWith(prefix))
        .filter(upload -> isBefore(upload, "Initiated", before));
  }

  private Mono<XmlElement> abort(XmlElement upload) {
    return objects.abort(key(upload), name(upload)).thenReturn(upload);
  }

  private static String name(XmlElement upload) {
    return upload.find("UploadId").orElseThrow();
  }

  private Mono<Long> unknownObjects(Instant before) {
    Flux<XmlElement> old =
        S3StoredBlobs.pages(objects, keys.uploads())
            .flatMapIterable(page -> page.all("Contents"))
            .filter(object -> isBefore(object, "LastModified", before));
    return stale
        .orphans(old, S3Purge::key)
        .flatMap(object -> objects.delete(key(object)).thenReturn(object), AT_ONCE)
        .count();
  }

  private static String key(XmlElement entry) {
    return entry.find("Key").orElse("");
  }

  private static boolean isBefore(XmlElement entry, String member, Instant before) {
    try {
      return entry.find(member).map(Instant::parse).filter(it -> it.isBefore(before)).isPresent();
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
