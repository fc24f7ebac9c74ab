package dev.breakwater.core.quota;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** The rows of quotas: limits, use, and room that is promised to bytes under way. */
public interface QuotaRepository {
  /** The limit in bytes, {@link Quota#UNLIMITED} if there is none; empty: no such project. */
  Mono<Long> limit(long projectId);

  /**
   * Promises room: {@code wanted} bytes, or what is left if that is at least {@code needed}. Two
   * calls never promise the same room. It need not outlive the database server.
   *
   * @param id adds to what was promised to this one before
   */
  Mono<Promise> reserve(long projectId, UUID id, long wanted, long needed, Instant expiry);

  /** Promises so many bytes, whether there is room or not. */
  Mono<Void> allow(long projectId, UUID id, long bytes, Instant expiry);

  /** How many bytes are promised to this one; 0: none. */
  Mono<Long> reserved(UUID id);

  /** Gives back what goes beyond {@code bytes}; 0: all of it. */
  Mono<Void> shrink(UUID id, long bytes);

  /** Whether the project holds this content already, so that it costs nothing. */
  Mono<Boolean> holds(long projectId, String digest);

  /** Empty: no such project. */
  Mono<Quota> find(long projectId);

  /** One page, usually by number. Fields: id, reference_id, hard.storage, used.storage, ... */
  Mono<Slice<Quota>> list(ListRequest request);

  /**
   * @param limit in bytes, or {@link Quota#UNLIMITED}
   * @return false: no such project
   */
  Mono<Boolean> setLimit(Tx tx, long projectId, long limit);

  /**
   * Adds up what changed since, so that reading stays cheap, and notes which projects are nearly
   * full.
   *
   * @param changes at most so many
   */
  Mono<Folded> fold(Tx tx, int changes);

  /** Forgets promises that ran out. */
  Mono<Long> removeExpired();

  /**
   * Counts what the project holds from its rows, and corrects its use if that is something else.
   *
   * @return by how many bytes it was wrong: counted minus kept
   */
  Mono<Long> recount(long projectId);

  /**
   * @param changes how many there were
   * @param full projects that got beyond {@link Quota#WARNING_PERCENT} since the last time
   */
  record Folded(long changes, List<Nearly> full) {
    public Folded {
      full = List.copyOf(full);
    }
  }

  /** A project that is nearly full; in bytes. */
  record Nearly(long projectId, String projectName, long used, long limit) {}
}
