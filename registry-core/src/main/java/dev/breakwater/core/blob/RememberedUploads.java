package dev.breakwater.core.blob;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.quota.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Remembers how far the uploads of this process got. Where no other replica changes the rows, they
 * need not be asked for what was remembered.
 *
 * <p>It also puts the rows right when the database forgot the last of it: a row is acknowledged
 * before it is on disk, and a database server that is killed loses what it had not written yet. The
 * client must not notice.
 */
final class RememberedUploads implements UploadRepository {
  private static final Logger log = LoggerFactory.getLogger(RememberedUploads.class);

  private final UploadRepository rows;
  private final Cache<UploadId, UploadSession> acknowledged =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(10)).build();

  RememberedUploads(UploadRepository rows) {
    this.rows = rows;
  }

  /** The upload has become a blob. */
  void finished(UploadId id) {
    acknowledged.invalidate(id);
  }

  @Override
  public Mono<Void> create(UploadSession session) {
    return rows.create(session).doOnSuccess(_ -> acknowledged.put(session.id(), session));
  }

  @Override
  public Mono<Promise> create(UploadSession session, long bytes, Instant until) {
    return rows.create(session, bytes, until)
        .doOnSuccess(_ -> acknowledged.put(session.id(), session));
  }

  @Override
  public Mono<UploadSession> find(UploadId id) {
    return Mono.defer(() -> {
      UploadSession known = rows.isShared() ? null : acknowledged.getIfPresent(id);
      return known == null ? lookUp(id) : Mono.just(known);
    });
  }

  @Override
  public boolean isShared() {
    return rows.isShared();
  }

  private Mono<UploadSession> lookUp(UploadId id) {
    return rows.find(id)
        .flatMap(this::asAcknowledged)
        .switchIfEmpty(
            Mono.defer(() -> Mono.justOrEmpty(acknowledged.getIfPresent(id)))
                .filterWhen(this::restore));
  }

  private Mono<UploadSession> asAcknowledged(UploadSession found) {
    UploadSession known = acknowledged.getIfPresent(found.id());
    return known == null || known.received() <= found.received()
        ? Mono.just(found)
        : rows.advance(found.id(), found.received(), known.received()).thenReturn(known);
  }

  @Override
  public Mono<Boolean> restore(UploadSession session) {
    return rows.restore(session)
        .doOnNext(restored -> {
          if (restored) {
            log.info("upload {}: the database had forgotten it, restored", session.id());
          }
        });
  }

  @Override
  public Mono<Boolean> advance(UploadId id, long from, long to) {
    return rows.advance(id, from, to)
        .flatMap(moved ->
            moved || rows.isShared()
                ? Mono.just(moved)
                : lookUp(id)
                    .filter(session -> session.received() == from)
                    .flatMap(_ -> rows.advance(id, from, to))
                    .defaultIfEmpty(false))
        .doOnNext(moved -> {
          if (moved) {
            acknowledged.asMap().computeIfPresent(id, (_, known) -> known.withReceived(to));
          }
        });
  }

  @Override
  public Mono<Boolean> delete(UploadId id) {
    acknowledged.invalidate(id);
    return rows.delete(id);
  }

  @Override
  public Mono<List<UploadId>> untouchedSince(Instant instant, int limit) {
    return rows.untouchedSince(instant, limit);
  }

  @Override
  public Mono<Void> touch(Collection<UploadId> ids) {
    return rows.touch(ids);
  }

  @Override
  public Mono<UploadClaim> claim(UploadId id, UUID writer, Duration lease) {
    return rows.claim(id, writer, lease);
  }

  @Override
  public Mono<Boolean> extend(UploadId id, UUID writer, Duration lease) {
    return rows.extend(id, writer, lease);
  }

  @Override
  public Mono<Void> release(UploadId id, UUID writer) {
    return rows.release(id, writer);
  }
}
