package dev.breakwater.core.outbox;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
 * given out, then takes a transaction number itself. Every event up to that number belongs to a
 * transaction that took its own number before (it does so before its event gets one), so a lower
 * one. When the oldest that runs is not lower, they have ended, and everything up to that number is
 * visible or never will be.
 *
 * <p>It must be a number of its own: the highest that a snapshot knows of is behind the last that
 * <em>ended</em>, and younger transactions that run are not in it.
 *
 * <p>A position is one number for each consumer, held under a lease by one replica. While nothing
 * new comes, nobody keeps the lease, and a poll costs one statement that writes nothing.
 */
public final class Outbox {
  private static final Logger log = LoggerFactory.getLogger(Outbox.class);
  private static final int BATCH = 500;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** How often it is looked for what can be removed after something new came. */
  private static final int REMOVALS = 240;

  private final OutboxRepository rows;
  private final List<OutboxConsumer> consumers;
  private final String holder;
  private final Duration poll;
  private final Scheduler timer;

  private long settled;
  private Optional<OutboxRepository.Mark> watched = Optional.empty();

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
        remove(limits));
  }

  /** Lets another replica deliver, when this one stops. */
  public Mono<Void> release() {
    return rows.giveUp(holder);
  }

  private Mono<Void> deliver(Flux<Long> limits, OutboxConsumer consumer) {
    Failures failures = new Failures();
    AtomicLong reached = new AtomicLong(-1);
    return limits
        .onBackpressureLatest()
        .filter(limit -> limit > reached.get())
        .concatMap(
            limit ->
                deliverUpTo(consumer, limit)
                    .doOnNext(reached::set)
                    .doOnSuccess(_ -> failures.clear())
                    .then()
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
  public Mono<Long> settle() {
    return Mono.defer(() -> watched.isPresent() ? Mono.just(true) : watch())
        .flatMap(_ -> rows.oldestRunning())
        .map(oldest -> {
          watched
              .filter(mark -> oldest >= mark.transaction())
              .ifPresent(mark -> {
                settled = mark.number();
                watched = Optional.empty();
              });
          return settled;
        })
        .switchIfEmpty(Mono.fromSupplier(() -> settled));
  }

  /** Empty when there is nothing new. */
  private Mono<Boolean> watch() {
    return rows.mark(settled)
        .map(mark -> {
          watched = Optional.of(mark);
          return true;
        });
  }

  /**
   * Delivers what is settled, a batch at a time, unless another replica does.
   *
   * @return how far the consumer is
   */
  private Mono<Long> deliverUpTo(OutboxConsumer consumer, long limit) {
    return rows.lease(consumer.name(), holder, consumer.lease())
        .flatMap(position ->
            position < limit ? deliverAfter(consumer, position, limit) : Mono.just(position))
        .switchIfEmpty(Mono.defer(() -> rows.position(consumer.name())));
  }

  private Mono<Long> deliverAfter(OutboxConsumer consumer, long position, long limit) {
    return rows.read(position, limit, BATCH)
        .flatMap(batch -> {
          Mono<Void> delivery =
              batch.events().isEmpty() ? Mono.empty() : consumer.deliver(batch.events());
          return delivery
              .then(Mono.defer(() -> rows.advance(consumer.name(), holder, batch.reached())))
              .flatMap(ours ->
                  ours && batch.more()
                      ? deliverUpTo(consumer, limit)
                      : Mono.just(ours ? batch.reached() : position));
        });
  }

  /** A while longer than something new comes: what is removed depends on all replicas. */
  private Mono<Void> remove(Flux<Long> limits) {
    AtomicLong last = new AtomicLong(-1);
    AtomicInteger left = new AtomicInteger();
    return limits
        .onBackpressureLatest()
        .filter(limit -> {
          boolean news = last.getAndSet(limit) != limit;
          return (news ? left.updateAndGet(_ -> REMOVALS) : left.getAndDecrement()) > 0;
        })
        .concatMap(
            _ ->
                removeSome()
                    .doOnNext(removed -> {
                      if (removed > 0) {
                        left.set(REMOVALS);
                      }
                    })
                    .onErrorResume(Exception.class, Outbox::notNow),
            1)
        .then();
  }

  private Mono<Long> removeSome() {
    return rows.removeDelivered(consumers.stream().map(OutboxConsumer::name).toList(), 2 * BATCH);
  }

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
