package dev.breakwater.core.artifact;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.query.Condition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/**
 * How many artifacts lists have: counted again after {@link #LIFETIME}, because whoever turns pages
 * asks again and again, and once for all who ask meanwhile. What takes long is counted again
 * somewhat sooner, behind an answer: who goes on turning pages of a million does not wait for
 * another count. This replica's own changes of a project are seen at once.
 */
public final class ArtifactCounts {
  private static final Logger log = LoggerFactory.getLogger(ArtifactCounts.class);

  private static final Duration LIFETIME = Duration.ofSeconds(2);
  private static final Duration EARLY = Duration.ofMillis(1_400);

  /** Whoever asks does not notice a count that takes no longer. */
  private static final Duration LONG = Duration.ofMillis(10);

  private final Ticker ticker;
  private final AsyncCache<Key, Signal<Count>> counts;

  /** Those that are counted behind an answer; the next time is later than what is kept here. */
  private final AsyncCache<Key, Count> ahead;

  /** The last change of a project; kept for longer than any count. */
  private final Cache<String, Long> changed;

  private final AtomicLong changes = new AtomicLong();
  private volatile long changedAnywhere;

  public ArtifactCounts() {
    this(Ticker.systemTicker());
  }

  ArtifactCounts(Ticker ticker) {
    this.ticker = ticker;
    this.counts = cache(ticker, LIFETIME).buildAsync();
    this.ahead = cache(ticker, EARLY.dividedBy(2)).buildAsync();
    this.changed = cache(ticker, Duration.ofMinutes(5)).build();
  }

  private static Caffeine<Object, Object> cache(Ticker ticker, Duration lifetime) {
    return Caffeine.newBuilder().ticker(ticker).maximumSize(10_000).expireAfterWrite(lifetime);
  }

  /**
   * @param project the name of the scope's project
   * @param count counts them
   */
  Mono<Long> of(
      String project, ArtifactScope scope, List<Condition> conditions, Supplier<Mono<Long>> count) {
    return Mono.defer(() -> {
      long last = Math.max(changed.asMap().getOrDefault(project, 0L), changedAnywhere);
      Key key = new Key(scope, conditions, last);
      CompletableFuture<Signal<Count>> found =
          counts.get(key, (_, _) -> counted(count).materialize().toFuture());
      return Mono.fromFuture(found, true)
          .doOnNext(signal -> {
            if (!signal.isOnNext()) {
              counts.asMap().remove(key, found);
            }
          })
          .<Count>dematerialize()
          .doOnNext(known -> {
            if (isEarly(known)) {
              countAhead(key, count);
            }
          })
          .map(Count::total);
    });
  }

  private Mono<Count> counted(Supplier<Mono<Long>> count) {
    return Mono.defer(() -> {
      long begin = ticker.read();
      return count
          .get()
          .map(total -> {
            long end = ticker.read();
            return new Count(total, end, Duration.ofNanos(end - begin));
          });
    });
  }

  private boolean isEarly(Count known) {
    Duration age = Duration.ofNanos(ticker.read() - known.countedAt);
    return known.took.compareTo(LONG) > 0 && age.compareTo(EARLY) >= 0;
  }

  private void countAhead(Key key, Supplier<Mono<Long>> count) {
    CompletableFuture<Count> next =
        ahead.get(
            key,
            (_, _) ->
                counted(count)
                    .doOnNext(found ->
                        counts.put(key, CompletableFuture.completedFuture(Signal.next(found))))
                    .onErrorResume(
                        Exception.class,
                        error -> {
                          log.debug("a list is not counted ahead: {}", error.toString());
                          return Mono.empty();
                        })
                    .toFuture());
    log.trace("counted ahead: {}", next);
  }

  /** Artifacts, their tags or labels changed here, in this repository. */
  public void forget(RepositoryName repository) {
    changed.put(repository.project(), changes.incrementAndGet());
  }

  /** Artifacts of any project may have changed here. */
  public void forgetAll() {
    changedAnywhere = changes.incrementAndGet();
  }

  /**
   * @param change the last one before it was counted
   */
  private record Key(ArtifactScope scope, List<Condition> conditions, long change) {}

  /**
   * @param countedAt by the ticker
   */
  private record Count(long total, long countedAt, Duration took) {}
}
