package dev.breakwater.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakwater.core.session.Session;
import dev.breakwater.core.session.SessionRepository;
import dev.breakwater.core.transaction.Tx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies of sessions and counted failures, which replicas share and which may vanish. */
final class SharedStateTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final byte[] ID = {1, 2, 3};
  private static final Session SESSION =
      new Session(
          7,
          Instant.parse("2026-01-01T00:00:00Z"),
          Instant.parse("2026-01-01T00:01:00.123456Z"),
          Instant.parse("2026-01-01T01:00:00Z"));

  @TempDir private static Path folder;

  private static RedisServer server;
  private static Redis redis;

  @BeforeAll
  static void start() {
    server = RedisServer.start(folder);
    redis =
        Redis.open(
            RedisUrl.parse(
                "redis://127.0.0.1:" + server.port(), Optional.empty(), Duration.ofSeconds(5)));
  }

  @AfterAll
  static void stop() {
    redis.close().block(PATIENCE);
    server.close();
  }

  @BeforeEach
  void empty() {
    server.cli("FLUSHALL");
  }

  @Test
  void readsASessionOnceForAllReplicas() {
    OneSession rows = new OneSession();
    CachedSessions here = new CachedSessions(rows, redis);
    CachedSessions there = new CachedSessions(rows, redis);

    assertThat(here.find(ID).block(PATIENCE)).isEqualTo(SESSION);
    assertThat(there.find(ID).block(PATIENCE)).isEqualTo(SESSION);
    assertThat(rows.reads).hasValue(1);
    assertThat(Long.parseLong(server.cli("PTTL", server.cli("KEYS", "*"))))
        .isPositive()
        .isLessThanOrEqualTo(CachedSessions.LIFETIME.toMillis());

    server.cli("FLUSHALL");
    assertThat(there.find(ID).block(PATIENCE)).isEqualTo(SESSION);
    assertThat(rows.reads).hasValue(2);
  }

  @Test
  void asksTheRowsAfterItHeardThatSessionsEnded() {
    AtomicLong nanos = new AtomicLong();
    OneSession rows = new OneSession();
    CachedSessions here = new CachedSessions(rows, redis, nanos::get);
    here.find(ID).block(PATIENCE);
    rows.present = false;

    here.forget();

    assertThat(here.find(ID).blockOptional(PATIENCE)).isEmpty();
    nanos.addAndGet(CachedSessions.LIFETIME.toNanos());
    server.cli("FLUSHALL");
    assertThat(here.find(ID).blockOptional(PATIENCE)).isEmpty();
  }

  @Test
  void removesTheCopyWithTheRowAndWithEachRenewal() {
    OneSession rows = new OneSession();
    CachedSessions here = new CachedSessions(rows, redis);
    here.find(ID).block(PATIENCE);

    here.renew(ID, Instant.EPOCH, Instant.EPOCH).block(PATIENCE);
    assertThat(server.cli("DBSIZE")).isEqualTo("0");

    here.find(ID).block(PATIENCE);
    here.delete(new Tx() {}, ID).block(PATIENCE);
    assertThat(server.cli("DBSIZE")).isEqualTo("0");
  }

  @Test
  void readsTheRowsWhileRedisIsAway() {
    try (RedisServer other = RedisServer.start(folder)) {
      Redis away =
          Redis.open(
              RedisUrl.parse(
                  "redis://127.0.0.1:" + other.port(), Optional.empty(), Duration.ofSeconds(5)));
      OneSession rows = new OneSession();
      CachedSessions here = new CachedSessions(rows, away);
      RedisBuckets buckets = new RedisBuckets(away);
      here.find(ID).block(PATIENCE);
      other.kill();

      assertThat(here.find(ID).block(PATIENCE)).isEqualTo(SESSION);
      assertThat(here.delete(new Tx() {}, ID).block(PATIENCE)).isTrue();
      assertThat(buckets.take("a", 10, 1).blockOptional(PATIENCE)).isEmpty();
      away.close().block(PATIENCE);
    }
  }

  @Test
  void takesFromABucketThatFillsUpAgain() {
    RedisBuckets buckets = new RedisBuckets(redis);

    assertThat(buckets.take("a", 3, 0.001).block(PATIENCE)).isEqualTo(2.0);
    assertThat(buckets.take("a", 3, 0.001).block(PATIENCE)).isEqualTo(1.0, within(0.1));
    assertThat(buckets.take("a", 3, 0.001).block(PATIENCE)).isEqualTo(0.0, within(0.1));
    assertThat(buckets.take("a", 3, 0.001).block(PATIENCE)).isEqualTo(0.0);
    assertThat(buckets.take("b", 3, 1000).block(PATIENCE)).isEqualTo(2.0);
    assertThat(Long.parseLong(server.cli("PTTL", "breakwater:bucket:b"))).isLessThan(1100);
  }

  @Test
  void neverGivesTheSameTwice() {
    RedisBuckets buckets = new RedisBuckets(redis);

    Double least =
        Flux.range(0, 50)
            .flatMap(_ -> buckets.take("c", 100, 0.0001), 50)
            .reduce(Math::min)
            .block(PATIENCE);

    assertThat(least).isEqualTo(50.0, within(0.1));
  }

  private static final class OneSession implements SessionRepository {
    private final AtomicInteger reads = new AtomicInteger();
    private boolean present = true;

    @Override
    public Mono<Void> insert(Tx tx, byte[] idHash, Session session) {
      return Mono.empty();
    }

    @Override
    public Mono<Session> find(byte[] idHash) {
      return Mono.fromCallable(() -> {
        reads.incrementAndGet();
        return present ? SESSION : null;
      });
    }

    @Override
    public Mono<Void> renew(byte[] idHash, Instant now, Instant expiresAt) {
      return Mono.empty();
    }

    @Override
    public Mono<Boolean> delete(Tx tx, byte[] idHash) {
      return Mono.just(true);
    }

    @Override
    public Mono<Long> deleteExpired(Instant now) {
      return Mono.just(0L);
    }
  }
}
