package dev.breakwater.core.outbox;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Hands events on after their commit.
 *
 * <p>Writers share nothing but a sequence. A change takes the lock of its row (of its tag, say)
 * before its event gets a number, so of two changes of one tag the first to commit has the lower
 * number: numbers are the commit order of everything that excludes each other. What they are not is
 * gapless: a lower number may become visible after a higher one.
 *
 * <p>So the reader goes no further than where nothing can appear any more. It reads the last number
 * given out, then which transactions run. Every number up to that one belongs to a transaction that
 * had begun by then (it gets its own number first). When the oldest one that runs is younger than
 * all of those, they have ended, and everything up to that number is visible or never will be.
 *
 * <p>A position is one number for each consumer, held under a lease by one replica.
 */
public final class Outbox {
  private static final Logger log = LoggerFactory.getLogger(Outbox.class);
  private static final int BATCH = 500;
  private static final Duration LEASE = Duration.ofSeconds(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final OutboxRepository rows;
  private final List<OutboxConsumer> consumers;
  private final String holder;
  private final Duration poll;
  private final Scheduler timer;

  private long settled;
  private Optional<Watched> watched = Optional.empty();

  /**
   * @param holder this replica
   * @param poll how often to look
   */
  public Outbox(
      OutboxRepository rows,
      List<OutboxConsumer> consumers,
      String holder,
      Duration poll,
      Scheduler timer) {
    this.rows = rows;
    this.consumers = List.copyOf(consumers);
    this.holder = holder;
    this.poll = poll;
    this.timer = timer;
  }

  /** Delivers until it is cancelled; a consumer that fails holds up no other one. */
  public Mono<Void> run() {
    Flux<Long> limits =
        Flux.interval(poll, timer)
            .onBackpressureDrop()
            .concatMap(_ -> settle().onErrorResume(Exception.class, Outbox::notNow), 1)
            .publish()
            .refCount(consumers.size() + 1);
    return Mono.when(
        Flux.fromIterable(consumers)
            .flatMap(consumer -> deliver(limits, consumer), Math.max(1, consumers.size())),
        limits
            .onBackpressureLatest()
            .concatMap(_ -> remove().onErrorResume(Exception.class, Outbox::notNow), 1)
            .then());
  }

  /** Lets another replica deliver, when this one stops. */
  public Mono<Void> release() {
    return rows.giveUp(holder);
  }

  private Mono<Void> deliver(Flux<Long> limits, OutboxConsumer consumer) {
    Failures failures = new Failures();
    return limits
        .onBackpressureLatest()
        .concatMap(
            limit ->
                deliverUpTo(consumer, limit)
                    .doOnSuccess(_ -> failures.clear())
                    .onErrorResume(
                        Exception.class,
                        error -> {
                          log.warn(
                              "events could not be delivered to {}: {}",
                              consumer.name(),
                              error.toString());
                          return Mono.delay(failures.pause(), timer).then();
                        }),
            1)
        .then();
  }

  private static <T> Mono<T> notNow(Exception error) {
    log.warn("the outbox could not be read: {}", error.toString());
    return Mono.empty();
  }

  /** Up to which number everything is visible that ever will be. */
  Mono<Long> settle() {
    return Mono.defer(() -> watched.isPresent() ? Mono.just(true) : watch())
        .then(Mono.defer(rows::running))
        .map(running -> {
          Watched now =
              watched
                  .map(each -> each.from() == 0 ? new Watched(each.number(), running.next()) : each)
                  .orElseThrow();
          watched = Optional.of(now);
          if (running.oldest() >= now.from()) {
            settled = now.number();
            watched = Optional.empty();
          }
          return settled;
        });
  }

  private Mono<Boolean> watch() {
    return rows.lastNumber()
        .map(number -> {
          watched = Optional.of(new Watched(number, 0));
          return true;
        });
  }

  /** Delivers what is settled, a batch at a time. */
  Mono<Void> deliverUpTo(OutboxConsumer consumer, long limit) {
    return rows.lease(consumer.name(), holder, LEASE)
        .filter(position -> position < limit)
        .flatMap(position -> deliverAfter(consumer, position, limit));
  }

  private Mono<Void> deliverAfter(OutboxConsumer consumer, long position, long limit) {
    return rows.read(position, limit, BATCH)
        .flatMap(batch -> {
          Mono<Void> delivery =
              batch.events().isEmpty() ? Mono.empty() : consumer.deliver(batch.events());
          return delivery
              .then(Mono.defer(() -> rows.advance(consumer.name(), holder, batch.reached())))
              .flatMap(ours -> ours && batch.more() ? deliverUpTo(consumer, limit) : Mono.empty());
        });
  }

  private Mono<Long> remove() {
    return rows.removeDelivered(consumers.stream().map(OutboxConsumer::name).toList(), 2 * BATCH);
  }

  /**
   * @param number the last one given out
   * @param from transactions from here on began later; 0: not known yet
   */
  private record Watched(long number, long from) {}

  /** Longer pauses the longer a consumer fails. */
  private static final class Failures {
    private int count;

    Duration pause() {
      Duration pause = Duration.ofSeconds(1L << Math.min(count, 10));
      count++;
      return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    void clear() {
      count = 0;
    }
  }
}
