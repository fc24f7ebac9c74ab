package dev.breakwater.core.blob;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.quota.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Remembers how far the uploads of this process got. Where no other replica changes the rows, they
 * need not be asked for what was remembered, and an upload has none until bytes of it were
 * acknowledged or {@link #keep} was called: most end by the request that brings all bytes. One that
 * is forgotten with the process has nothing yet, and its client begins another.
 *
 * <p>It also puts the rows right when the database forgot the last of it: a row is acknowledged
 * before it is on disk, and a database server that is killed loses what it had not written yet. The
 * client must not notice.
 */
final class RememberedUploads implements UploadRepository {
  private static final Logger log = LoggerFactory.getLogger(RememberedUploads.class);

  /** More than so many get their rows at once. */
  private static final int WITHOUT_ROWS = 1_000;

  private final UploadRepository rows;
  private final ConcurrentMap<UploadId, UploadSession> begun = new ConcurrentHashMap<>();
  private final Set<UploadId> beingKept = ConcurrentHashMap.newKeySet();
  private final Cache<UploadId, UploadSession> acknowledged =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(10)).build();

  RememberedUploads(UploadRepository rows) {
    this.rows = rows;
  }

  /** The upload has become a blob. */
  void finished(UploadId id) {
    forget(id);
  }

  /** Gives rows to uploads that have none yet and did not begin later. */
  Mono<Void> keep(Instant begunBy) {
    return Flux.defer(() -> Flux.fromIterable(List.copyOf(begun.values())))
        .filter(session -> !session.startedAt().isAfter(begunBy))
        .concatMap(this::keep)
        .then();
  }

  private Mono<Void> keep(UploadSession session) {
    UploadId id = session.id();
    beingKept.add(id);
    acknowledged.put(id, session);
    if (!begun.remove(id, session)) {
      forget(id);
      return Mono.empty();
    }
    return rows.create(session)
        .then(Mono.defer(() -> beingKept.contains(id) ? Mono.empty() : deleteLate(id)))
        .doFinally(_ -> beingKept.remove(id));
  }

  /** It ended while its row was written. */
  private Mono<Void> deleteLate(UploadId id) {
    return rows.delete(id).then();
  }

  private boolean forget(UploadId id) {
    acknowledged.invalidate(id);
    beingKept.remove(id);
    return begun.remove(id) != null;
  }

  @Override
  public Mono<Void> create(UploadSession session) {
    return Mono.defer(() -> {
      if (rows.isShared() || begun.size() >= WITHOUT_ROWS) {
        return rows.create(session).doOnSuccess(_ -> acknowledged.put(session.id(), session));
      }
      begun.put(session.id(), session);
      return Mono.empty();
    });
  }

  @Override
  public Mono<Promise> create(UploadSession session, long bytes, Instant until) {
    return rows.create(session, bytes, until)
        .doOnSuccess(_ -> acknowledged.put(session.id(), session));
  }

  @Override
  public Mono<UploadSession> find(UploadId id) {
    return Mono.defer(() -> {
      UploadSession known = rows.isShared() ? null : remembered(id);
      return known == null ? lookUp(id) : Mono.just(known);
    });
  }

  private @Nullable UploadSession remembered(UploadId id) {
    UploadSession fresh = begun.get(id);
    return fresh == null ? acknowledged.getIfPresent(id) : fresh;
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
    return Mono.defer(() -> {
      UploadSession fresh = begun.remove(id);
      if (fresh == null) {
        return advanceRow(id, from, to);
      }
      UploadSession moved = fresh.withReceived(to);
      acknowledged.put(id, fresh);
      return rows.create(moved)
          .then(
              Mono.fromSupplier(() -> {
                acknowledged.put(id, moved);
                return true;
              }));
    });
  }

  private Mono<Boolean> advanceRow(UploadId id, long from, long to) {
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
    return Mono.defer(() -> forget(id) ? Mono.just(true) : rows.delete(id));
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
