package dev.breakwater.storage.blob.opendal;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.verify.Pace;
import dev.breakwater.core.verify.Section;
import dev.breakwater.core.verify.StoredBlob;
import dev.breakwater.core.verify.StoredBlobs;
import dev.breakwater.storage.blob.ObjectKeys;
import dev.breakwater.storage.blob.ReadBack;
import dev.breakwater.storage.blob.ReadStep;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.opendal.Entry;
import org.apache.opendal.Metadata;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The objects of the blob store for those who verify them. An object cannot be moved aside and
 * looked at there, nor deleted on a condition: it is looked at where it is and then deleted.
 */
final class CloudStoredBlobs implements StoredBlobs {
  private static final int AT_ONCE = 8;

  private final CloudObjects objects;
  private final ObjectKeys keys;
  private final Assembly assembly;
  private final Scheduler workers;

  CloudStoredBlobs(CloudObjects objects, ObjectKeys keys, Assembly assembly, Scheduler workers) {
    this.objects = objects;
    this.keys = keys;
    this.assembly = assembly;
    this.workers = workers;
  }

  @Override
  public Flux<List<StoredBlob>> list(Section section, int size) {
    return entries(section).flatMap(entry -> blob(section, entry), AT_ONCE).buffer(size);
  }

  @Override
  public Mono<Long> countForeign(Section section) {
    return entries(section)
        .filter(entry -> keys.digest(section, entry.getPath()).isEmpty())
        .count();
  }

  @Override
  public Mono<StoredBlob> find(Digest digest) {
    return objects.stat(keys.blob(digest)).map(found -> blob(digest, found));
  }

  @Override
  public Mono<Digest> hash(Digest digest, Pace pace) {
    return find(digest)
        .flatMap(blob ->
            ReadBack.hash(
                digest.algorithm(),
                Flux.fromIterable(pieces(digest, blob.size()))
                    .concatMap(it -> objects.read(it.key(), it.first(), it.length()), 1),
                pace,
                workers))
        .onErrorResume(
            CloudException.class,
            error -> error.kind() == CloudException.Kind.ABSENT ? Mono.empty() : Mono.error(error));
  }

  private List<Piece> pieces(Digest digest, long size) {
    return ReadStep.through(size).stream()
        .map(step -> new Piece(keys.blob(digest), step.first(), step.length()))
        .toList();
  }

  @Override
  public Mono<String> quarantine(StoredBlob file) {
    String to = keys.quarantined(file.digest(), UUID.randomUUID().toString());
    return same(file)
        .flatMap(found ->
            assembly
                .write(to, pieces(found.digest(), found.size()), Optional.empty())
                .then(Mono.defer(() -> remove(found)))
                .filter(removed -> removed)
                .map(_ -> to));
  }

  @Override
  public Mono<Boolean> remove(StoredBlob file) {
    return same(file)
        .flatMap(found -> objects.delete(keys.blob(found.digest())).thenReturn(true))
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

  private Flux<Entry> entries(Section section) {
    return objects.list(keys.section(section)).flatMapIterable(entries -> entries);
  }

  /** Not every service tells size and time in a list. */
  private Mono<StoredBlob> blob(Section section, Entry entry) {
    return Mono.justOrEmpty(keys.digest(section, entry.getPath()))
        .flatMap(digest ->
            entry.getMetadata().getContentLength() > 0 && modified(entry.getMetadata()).isPresent()
                ? Mono.just(blob(digest, entry.getMetadata()))
                : find(digest));
  }

  private static StoredBlob blob(Digest digest, Metadata found) {
    Instant changed = wholeSeconds(modified(found).orElse(Instant.EPOCH));
    return new StoredBlob(
        digest, found.getContentLength(), changed, Long.toString(changed.getEpochSecond()));
  }

  /** Lists may tell fractions of a second that headers do not; Swift rounds up for these. */
  private static Instant wholeSeconds(Instant time) {
    Instant second = time.truncatedTo(ChronoUnit.SECONDS);
    return second.equals(time) ? time : second.plusSeconds(1);
  }

  /** When the object was written, if that is told. */
  @SuppressWarnings("NullAway") // The library's own annotations say nothing about null.
  static Optional<Instant> modified(Metadata found) {
    return Optional.ofNullable(found.getLastModified());
  }
}
