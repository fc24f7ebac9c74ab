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
 * How many artifacts lists have: counted again after {@link #LIFETIME}, because whoever turns pages
 * asks again and again. What takes long is counted again somewhat sooner, behind an answer: who
 * goes on turning pages of a million does not wait for another count. This replica's own changes of
 * a project are seen at once.
 */
public final class ArtifactCounts {
  private static final Logger log = LoggerFactory.getLogger(ArtifactCounts.class);

  private static final Duration LIFETIME = Duration.ofSeconds(2);
  private static final Duration EARLY = Duration.ofMillis(1_400);

  /** Whoever asks does not notice a count that takes no longer. */
  private static final Duration LONG = Duration.ofMillis(10);

  /** No count takes longer. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final Ticker ticker;
  private final Cache<Key, Count> counts;

  /** Those that are being counted: whoever asks meanwhile waits for the same one. */
  private final Cache<Run, Mono<Long>> running =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(LONGEST).build();

  /** The last change of a project; kept for longer than any count. */
  private final Cache<String, Long> changed;

  private final AtomicLong changes = new AtomicLong();
  private volatile long changedAnywhere;

  public ArtifactCounts() {
    this(Ticker.systemTicker());
  }

  ArtifactCounts(Ticker ticker) {
    this.ticker = ticker;
    this.counts =
        Caffeine.newBuilder().ticker(ticker).maximumSize(10_000).expireAfterWrite(LIFETIME).build();
    this.changed =
        Caffeine.newBuilder()
            .ticker(ticker)
            .maximumSize(20_000)
            .expireAfterWrite(LONGEST.multipliedBy(2))
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
      long last = Math.max(changed.asMap().getOrDefault(project, 0L), changedAnywhere);
      Count known = counts.getIfPresent(key);
      if (known == null || known.change != last) {
        return counted(new Run(key, last), count);
      }
      if (isEarly(known)) {
        counted(new Run(key, last), count)
            .subscribe(
                _ -> {},
                error -> log.debug("a list is not counted again for now: {}", error.toString()));
      }
      return Mono.just(known.total);
    });
  }

  private boolean isEarly(Count known) {
    Duration age = Duration.ofNanos(ticker.read() - known.countedAt);
    return known.took.compareTo(LONG) > 0 && age.compareTo(EARLY) >= 0;
  }

  private Mono<Long> counted(Run run, Supplier<Mono<Long>> count) {
    return running.get(
        run,
        _ ->
            Mono.defer(
                    () -> {
                      long begin = ticker.read();
                      return count
                          .get()
                          .doOnNext(total -> counts.put(run.key, counted(total, run, begin)));
                    })
                .doFinally(_ -> running.invalidate(run))
                .cache());
  }

  private Count counted(long total, Run run, long begin) {
    long end = ticker.read();
    return new Count(total, run.change, end, Duration.ofNanos(end - begin));
  }

  /** Artifacts, their tags or labels changed here, in this repository. */
  public void forget(RepositoryName repository) {
    changed.put(repository.project(), changes.incrementAndGet());
  }

  /** Artifacts of any project may have changed here. */
  public void forgetAll() {
    changedAnywhere = changes.incrementAndGet();
  }

  private record Key(ArtifactScope scope, List<Condition> conditions) {}

  /**
   * @param change the last one before it is counted
   */
  private record Run(Key key, long change) {}

  /**
   * @param change the last one before it was counted
   * @param countedAt by the ticker
   */
  private record Count(long total, long change, long countedAt, Duration took) {}
}
