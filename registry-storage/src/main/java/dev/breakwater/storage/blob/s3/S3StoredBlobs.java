package dev.breakwater.storage.blob.s3;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.verify.Pace;
import dev.breakwater.core.verify.Section;
import dev.breakwater.core.verify.StoredBlob;
import dev.breakwater.core.verify.StoredBlobs;
import dev.breakwater.storage.blob.ObjectKeys;
import dev.breakwater.storage.blob.ReadBack;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The objects of the blob store for those who verify them. An object cannot be moved aside and
 * looked at there: it is looked at where it is and then deleted, by its entity tag where the
 * service minds it.
 */
final class S3StoredBlobs implements StoredBlobs {
  private final S3Objects objects;
  private final ObjectKeys keys;
  private final ObjectCopy copy;
  private final Scheduler workers;

  S3StoredBlobs(S3Objects objects, ObjectKeys keys, ObjectCopy copy, Scheduler workers) {
    this.objects = objects;
    this.keys = keys;
    this.copy = copy;
    this.workers = workers;
  }

  @Override
  public Flux<List<StoredBlob>> list(Section section, int size) {
    return entries(section).flatMap(entry -> Mono.justOrEmpty(blob(section, entry))).buffer(size);
  }

  @Override
  public Mono<Long> countForeign(Section section) {
    return entries(section)
        .filter(entry -> keys.digest(section, entry.find("Key").orElse("")).isEmpty())
        .count();
  }

  @Override
  public Mono<StoredBlob> find(Digest digest) {
    return objects
        .head(keys.blob(digest))
        .flatMap(head ->
            Mono.fromCallable(() ->
                new StoredBlob(
                    digest,
                    head.length(),
                    head.modified(),
                    identity(head.header("ETag"), head.modified()))));
  }

  @Override
  public Mono<Digest> hash(Digest digest, Pace pace) {
    return find(digest)
        .flatMap(blob ->
            ReadBack.hash(
                digest.algorithm(), objects.read(keys.blob(digest), blob.size()), pace, workers))
        .onErrorResume(
            S3Exception.class, error -> error.isAbsent() ? Mono.empty() : Mono.error(error));
  }

  @Override
  public Mono<String> quarantine(StoredBlob file) {
    String to = keys.quarantined(file.digest(), UUID.randomUUID().toString());
    return same(file)
        .flatMap(found ->
            copy.copy(keys.blob(file.digest()), to, found.size())
                .then(Mono.defer(() -> remove(found)))
                .filter(removed -> removed)
                .map(_ -> to));
  }

  @Override
  public Mono<Boolean> remove(StoredBlob file) {
    return same(file)
        .flatMap(found -> objects.delete(keys.blob(file.digest()), entityTag(found)))
        .defaultIfEmpty(false);
  }

  /** Nothing is ever aside. */
  @Override
  public Mono<Long> putBack() {
    return Mono.just(0L);
  }

  private Mono<StoredBlob> same(StoredBlob file) {
    return find(file.digest())
        .filter(found -> found.identity().equals(file.identity()) && found.size() == file.size());
  }

  private Flux<XmlElement> entries(Section section) {
    return pages(objects, keys.section(section)).flatMapIterable(page -> page.all("Contents"));
  }

  /** All pages of the objects whose keys begin like this. */
  static Flux<XmlElement> pages(S3Objects objects, String prefix) {
    return objects
        .list(prefix, Optional.empty())
        .expand(page ->
            Mono.justOrEmpty(page.find("NextContinuationToken"))
                .filter(token -> !token.isEmpty())
                .flatMap(token -> objects.list(prefix, Optional.of(token))));
  }

  private Optional<StoredBlob> blob(Section section, XmlElement entry) {
    return keys.digest(section, entry.find("Key").orElse(""))
        .map(digest -> {
          Instant changed = Instant.parse(entry.find("LastModified").orElseThrow());
          return new StoredBlob(
              digest,
              Long.parseLong(entry.find("Size").orElseThrow()),
              changed,
              identity(entry.find("ETag").orElseThrow(), changed));
        });
  }

  /** Listings tell milliseconds, headers only seconds. */
  private static String identity(String entityTag, Instant changed) {
    return quoted(entityTag) + "@" + changed.getEpochSecond();
  }

  private static String quoted(String entityTag) {
    return entityTag.startsWith("\"") ? entityTag : "\"" + entityTag + "\"";
  }

  private static String entityTag(StoredBlob blob) {
    return blob.identity().substring(0, blob.identity().lastIndexOf('@'));
  }
}
