package dev.breakwater.storage.blob;

import dev.breakwater.core.blob.UploadId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Uploads that nobody goes on with. An upload lives as long as its session does, however long a
 * request lasts and however old some of its objects are: so rows decide, and age only where there
 * is no row.
 */
public final class StaleUploads {
  private static final int BATCH = 100;

  private final StagedUploads rows;
  private final ObjectKeys keys;

  public StaleUploads(StagedUploads rows, ObjectKeys keys) {
    this.rows = rows;
    this.keys = keys;
  }

  /**
   * Removes those whose rows and sessions nobody touched since.
   *
   * @param remove an upload with its row
   * @return how many
   */
  public Mono<Long> remove(Instant before, Function<UploadId, Mono<Void>> remove) {
    Mono<Long> batch =
        Mono.defer(() -> rows.untouchedSince(before, BATCH))
            .flatMap(stale ->
                Flux.fromIterable(stale).concatMap(id -> remove.apply(id).thenReturn(id)).count());
    return rows.touchLiving(before)
        .then(batch.repeat().takeUntil(count -> count < BATCH).reduce(0L, Long::sum));
  }

  /**
   * Those of the objects among the uploads that belong to no upload: whoever wrote them was killed
   * before it could say so.
   *
   * @param listed before this is called: a row is there earlier than its objects
   */
  public <T> Flux<T> orphans(Flux<T> listed, Function<T, String> key) {
    return listed
        .buffer(BATCH)
        .concatMap(batch ->
            rows.existing(uploads(batch, key))
                .flatMapIterable(known ->
                    batch.stream()
                        .filter(it -> upload(key.apply(it)).filter(known::contains).isEmpty())
                        .toList()));
  }

  private <T> Set<UploadId> uploads(List<T> batch, Function<T, String> key) {
    return batch.stream()
        .flatMap(it -> upload(key.apply(it)).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private Optional<UploadId> upload(String key) {
    return keys.uploadOf(key);
  }
}
