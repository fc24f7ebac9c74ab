package dev.breakwater.core.artifact;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.query.Condition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * How many artifacts lists have: counted again after {@link #FRESH}, because whoever turns pages
 * asks again and again. What took long to count is told for a while longer, up to {@link #USABLE},
 * while it is counted again: nobody waits for a count of a million but the first. This replica's
 * own changes of a project are seen at once.
 */
public final class ArtifactCounts {
  private static final Logger log = LoggerFactory.getLogger(ArtifactCounts.class);

  private static final Duration FRESH = Duration.ofSeconds(2);
  private static final Duration USABLE = Duration.ofSeconds(30);

  /** Whoever asks does not notice that it is counted for longer than this. */
  private static final Duration LONG = Duration.ofMillis(10);

  private final Ticker ticker;
  private final Cache<Key, Count> counts;

  /** Those that are being counted behind an answer. */
  private final Cache<Key, Boolean> running =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(USABLE).build();

  /** The last change of a project; kept for longer than any count. */
  private final Cache<String, Long> changed;

  private final AtomicLong changes = new AtomicLong();

  public ArtifactCounts() {
    this(Ticker.systemTicker());
  }

  ArtifactCounts(Ticker ticker) {
    this.ticker = ticker;
    this.counts =
        Caffeine.newBuilder().ticker(ticker).maximumSize(10_000).expireAfterWrite(USABLE).build();
    this.changed =
        Caffeine.newBuilder()
            .ticker(ticker)
            .maximumSize(20_000)
            .expireAfterWrite(USABLE.multipliedBy(2))
            .build();
  }

  /**
   * @param project the name of the scope's project
   * @param count counts them
   */
  Mono<Long> of(
      String project, ArtifactScope scope, List<Condition> conditions, Supplier<Mono<Long>> count) {
    return Mono.defer(() -> {
      Key key = new Key(scope, conditions);
      long last = changed.asMap().getOrDefault(project, 0L);
      Count known = counts.getIfPresent(key);
      if (known == null || known.change != last) {
        return counted(key, last, count);
      }
      Duration age = Duration.ofNanos(ticker.read() - known.countedAt);
      if (age.compareTo(FRESH) < 0) {
        return Mono.just(known.total);
      }
      if (known.took.compareTo(LONG) < 0) {
        return counted(key, last, count);
      }
      countBehind(key, last, count);
      return Mono.just(known.total);
    });
  }

  private Mono<Long> counted(Key key, long last, Supplier<Mono<Long>> count) {
    long begin = ticker.read();
    return count
        .get()
        .doOnNext(total -> {
          long end = ticker.read();
          counts.put(key, new Count(total, last, end, Duration.ofNanos(end - begin)));
        });
  }

  private void countBehind(Key key, long last, Supplier<Mono<Long>> count) {
    if (running.asMap().putIfAbsent(key, true) == null) {
      counted(key, last, count)
          .doFinally(_ -> running.invalidate(key))
          .subscribe(
              _ -> {},
              error -> log.debug("a list is not counted again for now: {}", error.toString()));
    }
  }

  /** Artifacts or tags of this repository changed here. */
  public void forget(RepositoryName repository) {
    changed.put(repository.project(), changes.incrementAndGet());
  }

  private record Key(ArtifactScope scope, List<Condition> conditions) {}

  /**
   * @param change the last one before it was counted
   * @param countedAt by the ticker
   */
  private record Count(long total, long change, long countedAt, Duration took) {}
}
