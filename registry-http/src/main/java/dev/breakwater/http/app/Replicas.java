package dev.breakwater.http.app;

import dev.breakwater.core.blob.LinkCache;
import dev.breakwater.core.limit.SharedBuckets;
import dev.breakwater.core.manifest.ManifestCache;
import dev.breakwater.core.manifest.ManifestNews;
import dev.breakwater.core.notification.BothWays;
import dev.breakwater.core.notification.Broadcast;
import dev.breakwater.core.notification.LivingReplicas;
import dev.breakwater.core.notification.Notifications;
import dev.breakwater.core.session.SessionRepository;
import dev.breakwater.http.app.config.Secret;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.storage.redis.CachedSessions;
import dev.breakwater.storage.redis.Redis;
import dev.breakwater.storage.redis.RedisBuckets;
import dev.breakwater.storage.redis.RedisNotifications;
import dev.breakwater.storage.redis.RedisSettings;
import dev.breakwater.storage.redis.RedisSettings.Credentials;
import dev.breakwater.storage.redis.RedisUrl;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.notification.PgLivingReplicas;
import dev.breakwater.storage.sql.notification.PgNotifications;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What keeps this replica in step with the others, and watches what they share: notifications by
 * the database and, where there is one, by Redis as well.
 */
final class Replicas implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Replicas.class);

  /** Many pushes make one notification, and a moved tag is still seen soon. */
  private static final Duration NEWS_PERIOD = Duration.ofMillis(200);

  private static final Duration FAREWELL = Duration.ofSeconds(5);

  /** So many heartbeats may be missing until a replica counts as dead. */
  private static final int MISSED_HEARTBEATS = 3;

  private final String id = UUID.randomUUID().toString();
  private final Database database;
  private final LivingReplicas living;
  private final boolean alone;
  private final PgNotifications own;
  private final Optional<Redis> redis;
  private final Optional<RedisNotifications> second;
  private final Optional<BothWays> both;
  private final Disposable.Composite running = Disposables.composite();
  private Mono<Void> lastNews = Mono.empty();

  private Replicas(Database database, LivingReplicas living, boolean alone, Optional<Redis> redis) {
    this.database = database;
    this.living = living;
    this.alone = alone;
    this.own = new PgNotifications(database);
    this.redis = redis;
    this.second = redis.map(RedisNotifications::new);
    this.both = second.map(other -> new BothWays(other, own));
  }

  static Replicas open(Settings settings, Database database) {
    Optional<Redis> redis =
        settings.redis().url().map(url -> Redis.open(redis(settings.redis(), url)));
    redis.ifPresent(used -> log.info("using {}", used));
    LivingReplicas living =
        redis.isPresent() || database.canListen()
            ? new PgLivingReplicas(
                database, settings.jobs().heartbeat().multipliedBy(MISSED_HEARTBEATS))
            : LivingReplicas.NONE;
    return new Replicas(
        database, living, settings.database().url().isEmpty() && redis.isEmpty(), redis);
  }

  private static RedisSettings redis(
      dev.breakwater.http.app.config.RedisSettings settings, String url) {
    return RedisUrl.parse(url, settings.authorities(), settings.timeout())
        .with(
            credentials(settings.username(), settings.password()),
            credentials(settings.sentinelUsername(), settings.sentinelPassword()));
  }

  private static Credentials credentials(Optional<String> username, Optional<Secret> password) {
    return new Credentials(username.orElse(""), password.map(Secret::value).orElse(""));
  }

  /** Of this one, as the others know it. */
  String id() {
    return id;
  }

  Notifications notifications() {
    return both.isPresent() ? both.get() : own;
  }

  Broadcast broadcast() {
    return both.isPresent() ? both.get() : own;
  }

  /** Sessions, with copies where there is a place for them. */
  SessionRepository sessions(SessionRepository rows) {
    return redis.<SessionRepository>map(used -> new CachedSessions(rows, used)).orElse(rows);
  }

  SharedBuckets buckets() {
    return redis.<SharedBuckets>map(RedisBuckets::new).orElse(SharedBuckets.NONE);
  }

  /** What does not have to answer for this replica to be ready, but should. */
  Map<String, Mono<?>> checks() {
    Map<String, Mono<?>> checks = new LinkedHashMap<>();
    redis.ifPresent(used -> checks.put("redis", used.ping()));
    return checks;
  }

  /** Listens from now on. */
  void start(ManifestCache manifests, LinkCache links, Scheduler timer) {
    running.add(database.watch().run().subscribe());
    if (!alone) {
      ManifestNews news =
          new ManifestNews(id, notifications(), broadcast(), living, manifests, links);
      lastNews = news.flush();
      running.add(news.run().subscribe());
      running.add(
          Flux.interval(NEWS_PERIOD, timer)
              .onBackpressureDrop()
              .concatMap(_ -> news.flush(), 1)
              .subscribe());
    }
    running.add(own.run().subscribe());
    second.ifPresent(other -> running.add(other.run().subscribe()));
  }

  /** Tells the last news, then nothing any more. */
  @Override
  public void close() {
    running.dispose();
    try {
      lastNews.block(FAREWELL);
      redis.ifPresent(used -> used.close().block(FAREWELL));
    } catch (RuntimeException e) {
      log.warn("the end was not told to other replicas: {}", e.toString());
    }
  }
}
