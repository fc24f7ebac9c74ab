package dev.breakwater.core.notification;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.notification.Notifications.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Tells the other living replicas something, and knows when all of them have done what it asks for.
 *
 * <p>A message is {@code sender#number} and lines. Whoever has heard it answers, on a channel of
 * its own, with its id and the first lines of all messages that it has dealt with meanwhile. What
 * comes while a message is on its way goes with the next one; so many deletions at once are a few
 * messages, and so are their answers.
 *
 * <p>Who lives is asked for each message, after what it tells was committed: a replica that begins
 * to live later has read nothing older. Nobody is waited for longer than patience lasts: not one
 * that has just died, and not one of an older program, which does not answer (but hears). The lines
 * are told again or end by themselves, as far as it matters; that is up to the user of this class.
 */
public final class AcknowledgedBroadcast {
  private static final Logger log = LoggerFactory.getLogger(AcknowledgedBroadcast.class);
  private static final char NUMBERED = '#';
  private static final int LONGEST_NUMBER = 20;
  private static final Duration REMEMBERED = Duration.ofSeconds(10);
  private static final int MAX_REMEMBERED = 10_000;

  /** Waited for when it is not known who lives; nobody has this name. */
  private static final Set<String> SOMEBODY = Set.of("?");

  private final String replica;
  private final String channel;
  private final Notifications notifications;
  private final Broadcast broadcast;
  private final LivingReplicas living;
  private final Duration patience;
  private final AtomicLong number = new AtomicLong();
  private final Batches<Telling> tellings = new Batches<>(this::send);
  private final Batches<String> answers = new Batches<>(this::answer);
  private final Cache<String, Waiting> waiting = remembering();

  /** By two ways, a message comes twice; it is answered once. */
  private final Cache<String, Boolean> answered = remembering();

  /**
   * @param replica the id of this one, as the others see it among the living
   * @param channel where messages go, and where the user of this class listens
   * @param patience for how long somebody waits at most
   */
  public AcknowledgedBroadcast(
      String replica,
      String channel,
      Notifications notifications,
      Broadcast broadcast,
      LivingReplicas living,
      Duration patience) {
    this.replica = replica;
    this.channel = channel;
    this.notifications = notifications;
    this.broadcast = broadcast;
    this.living = living;
    this.patience = patience;
  }

  private static <V> Cache<String, V> remembering() {
    return Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).expireAfterWrite(REMEMBERED).build();
  }

  /**
   * Completes when all have answered, or their time is over. Never an error.
   *
   * @param line short beside {@link Broadcast#MAX_BYTES}
   */
  public Mono<Void> tell(String line) {
    return Mono.defer(() -> {
      Telling telling = new Telling(line, Sinks.empty());
      tellings.add(telling);
      return telling.done().asMono().timeout(patience, Mono.empty());
    });
  }

  /**
   * To be called with the first line of each message of others, when it was done what it asks for.
   */
  public void done(String message) {
    if (message.indexOf(NUMBERED) >= 0
        && !isOwn(message)
        && answered.asMap().putIfAbsent(message, true) == null) {
      answers.add(message);
    }
  }

  /** Sends, answers and hears answers until it is cancelled. */
  public Mono<Void> run() {
    return Mono.when(
        notifications.listen(Notifications.ACKNOWLEDGEMENTS).doOnNext(this::hear),
        tellings.run(),
        answers.run());
  }

  private Mono<Void> send(List<Telling> batch) {
    return living
        .ids()
        .map(this::withoutThis)
        .onErrorResume(Exception.class, AcknowledgedBroadcast::somebody)
        .flatMap(others -> others.isEmpty() ? nobodyElse(batch) : send(batch, others));
  }

  private Set<String> withoutThis(Set<String> ids) {
    return ids.stream().filter(id -> !id.equals(replica)).collect(Collectors.toSet());
  }

  private static Mono<Set<String>> somebody(Exception error) {
    log.debug("it is not known who lives: {}", error.toString());
    return Mono.just(SOMEBODY);
  }

  private Mono<Void> send(List<Telling> batch, Set<String> others) {
    int first = replica.getBytes(UTF_8).length + LONGEST_NUMBER;
    return Flux.fromIterable(Payloads.parts(first, batch, Telling::line))
        .concatMap(part -> sendOne(part, others))
        .then();
  }

  private Mono<Void> sendOne(List<Telling> part, Set<String> others) {
    String message = replica + NUMBERED + number.incrementAndGet();
    waiting.put(message, new Waiting(others, part));
    return broadcast
        .send(channel, Payloads.payload(message, part.stream().map(Telling::line)))
        .onErrorResume(Exception.class, error -> nobodyHears(part, error));
  }

  /** Then nobody answers either. */
  private static Mono<Void> nobodyHears(List<Telling> part, Exception error) {
    log.debug("other replicas were not told: {}", error.toString());
    return nobodyElse(part);
  }

  private static Mono<Void> nobodyElse(List<Telling> tellings) {
    return Mono.fromRunnable(() -> finish(tellings));
  }

  private static void finish(List<Telling> tellings) {
    tellings.forEach(each -> each.done().tryEmitEmpty());
  }

  private Mono<Void> answer(List<String> messages) {
    return Flux.fromIterable(Payloads.parts(replica.getBytes(UTF_8).length, messages, line -> line))
        .concatMap(part ->
            broadcast.answer(
                Notifications.ACKNOWLEDGEMENTS, Payloads.payload(replica, part.stream())))
        .then();
  }

  private void hear(Signal signal) {
    switch (signal) {
      case Signal.Gap _ -> log.debug("acknowledgements may have been lost");
      case Signal.Message(String payload) -> {
        String[] lines = payload.split("\n", -1);
        Stream.of(lines).skip(1).filter(this::isOwn).forEach(line -> acknowledged(lines[0], line));
      }
    }
  }

  private boolean isOwn(String message) {
    return message.startsWith(replica + NUMBERED);
  }

  private void acknowledged(String other, String message) {
    Waiting found = waiting.getIfPresent(message);
    if (found != null && found.lacksNobodyAfter(other)) {
      waiting.invalidate(message);
      finish(found.part);
    }
  }

  private record Telling(String line, Sinks.Empty<Void> done) {}

  /** A message and those who have not answered it. */
  private static final class Waiting {
    private final Set<String> missing = ConcurrentHashMap.newKeySet();
    private final List<Telling> part;

    Waiting(Set<String> others, List<Telling> part) {
      missing.addAll(others);
      this.part = part;
    }

    boolean lacksNobodyAfter(String answer) {
      missing.remove(answer);
      return missing.isEmpty();
    }
  }
}
