package dev.breakwater.storage.redis;

import dev.breakwater.core.session.Session;
import dev.breakwater.core.session.SessionRepository;
import dev.breakwater.core.transaction.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Sessions as rows, with copies in Redis that all replicas use. A copy lives for {@link #LIFETIME}
 * and no longer, because its removal may get lost: Redis may be away at that moment, or fail over
 * to a server that has not heard of it. When a replica hears that sessions were ended, it asks the
 * rows for that long: whatever copy there was is gone then.
 */
public final class CachedSessions implements SessionRepository {
  static final Duration LIFETIME = Duration.ofMillis(2500);

  private static final Logger log = LoggerFactory.getLogger(CachedSessions.class);
  private static final String PREFIX = "breakwater:session:";

  private final SessionRepository rows;
  private final Redis redis;
  private final LongSupplier nanos;
  private volatile long distrustedAt;

  public CachedSessions(SessionRepository rows, Redis redis) {
    this(rows, redis, System::nanoTime);
  }

  CachedSessions(SessionRepository rows, Redis redis, LongSupplier nanos) {
    this.rows = rows;
    this.redis = redis;
    this.nanos = nanos;
    this.distrustedAt = nanos.getAsLong() - LIFETIME.toNanos();
  }

  @Override
  public Mono<Session> find(byte[] idHash) {
    String key = key(idHash);
    return Mono.defer(() -> copy(key))
        .switchIfEmpty(Mono.defer(() -> rows.find(idHash).delayUntil(found -> keep(key, found))));
  }

  private Mono<Session> copy(String key) {
    return nanos.getAsLong() - distrustedAt < LIFETIME.toNanos()
        ? Mono.empty()
        : redis
            .run(commands -> commands.get(key))
            .flatMap(text -> Mono.justOrEmpty(read(text)))
            .onErrorResume(Exception.class, CachedSessions::without);
  }

  private Mono<?> keep(String key, Session session) {
    return redis
        .run(commands -> commands.psetex(key, LIFETIME.toMillis(), write(session)))
        .onErrorResume(Exception.class, CachedSessions::without);
  }

  @Override
  public Mono<Void> insert(Tx tx, byte[] idHash, Session session) {
    return rows.insert(tx, idHash, session);
  }

  @Override
  public Mono<Void> renew(byte[] idHash, Instant now, Instant expiresAt) {
    return rows.renew(idHash, now, expiresAt).then(Mono.defer(() -> forget(idHash)));
  }

  /** Whoever reads between here and the commit puts a copy back, which then ends by itself. */
  @Override
  public Mono<Boolean> delete(Tx tx, byte[] idHash) {
    return rows.delete(tx, idHash).delayUntil(_ -> forget(idHash));
  }

  @Override
  public void forget() {
    distrustedAt = nanos.getAsLong();
  }

  @Override
  public Mono<Long> deleteExpired(Instant now) {
    return rows.deleteExpired(now);
  }

  private Mono<Void> forget(byte[] idHash) {
    return redis
        .run(commands -> commands.del(key(idHash)))
        .onErrorResume(Exception.class, CachedSessions::without)
        .then();
  }

  private static <T> Mono<T> without(Exception error) {
    log.debug("sessions come from the database: {}", error.toString());
    return Mono.empty();
  }

  private static String key(byte[] idHash) {
    return PREFIX + HexFormat.of().formatHex(idHash);
  }

  private static String write(Session session) {
    return session.userId()
        + " "
        + session.createdAt()
        + " "
        + session.renewedAt()
        + " "
        + session.expiresAt();
  }

  /** Empty for what another version wrote. */
  private static Optional<Session> read(String text) {
    String[] parts = text.split(" ", -1);
    try {
      return parts.length == 4
          ? Optional.of(
              new Session(
                  Long.parseLong(parts[0]),
                  Instant.parse(parts[1]),
                  Instant.parse(parts[2]),
                  Instant.parse(parts[3])))
          : Optional.empty();
    } catch (RuntimeException e) {
      log.debug("a session's copy cannot be read", e);
      return Optional.empty();
    }
  }
}
