package dev.breakwater.core.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.notification.Notifications.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

final class AcknowledgedBroadcastTest {
  private static final String CHANNEL = Notifications.MANIFESTS;
  private static final String ANSWERS = Notifications.ACKNOWLEDGEMENTS;
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Air air = new Air();
  private Set<String> living = Set.of("here", "there");

  @Test
  void completesWhenEveryOtherReplicaHasAnswered() {
    living = Set.of("here", "there", "yonder");
    AcknowledgedBroadcast here = start("here", LONG);
    List<String> done = listen("there");

    CompletableFuture<Void> told = here.tell("what").toFuture();

    assertThat(done).containsExactly("what");
    assertThat(told).isNotDone();
    answer("somebody else", "here#1");
    answer("yonder", "here#2");
    assertThat(told).isNotDone();
    answer("yonder", "here#1");
    assertThat(told).isCompleted();
  }

  @Test
  void neitherSendsNorWaitsWhenThereIsNobodyElse() {
    living = Set.of("here");
    AcknowledgedBroadcast here = start("here", LONG);

    assertThat(here.tell("what").toFuture()).isCompleted();
    assertThat(air.sent(CHANNEL)).isEmpty();
  }

  @Test
  void waitsNoLongerThanItsPatienceForOneThatDoesNotAnswer() {
    AcknowledgedBroadcast here = start("here", Duration.ofMillis(50));

    assertThat(here.tell("what").blockOptional(LONG)).isEmpty();
    assertThat(air.sent(CHANNEL)).containsExactly("here#1\nwhat");
  }

  @Test
  void waitsForNobodyWhenNobodyCanBeTold() {
    AcknowledgedBroadcast here = start("here", LONG);
    air.away(true);

    assertThat(here.tell("what").toFuture()).isCompleted();
  }

  @Test
  void tellsAlsoWhenItIsNotKnownWhoLives() {
    AcknowledgedBroadcast here =
        new AcknowledgedBroadcast(
            "here",
            CHANNEL,
            air,
            air,
            () -> Mono.error(new IllegalStateException("away")),
            Duration.ofMillis(50));
    here.run().subscribe();
    List<String> done = listen("there");

    assertThat(here.tell("what").blockOptional(LONG)).isEmpty();
    assertThat(done).containsExactly("what");
  }

  @Test
  void sendsTogetherWhatComesWhileAMessageIsOnItsWay() {
    AcknowledgedBroadcast here = start("here", LONG);
    List<String> done = listen("there");
    Sinks.Empty<Void> arrived = Sinks.empty();
    air.delay(arrived.asMono());

    List<CompletableFuture<Void>> told =
        IntStream.range(0, 500).mapToObj(i -> here.tell("line " + i).toFuture()).toList();

    assertThat(air.sent(CHANNEL)).hasSize(1);
    assertThat(told.getFirst()).isCompleted();
    assertThat(told.getLast()).isNotDone();

    arrived.tryEmitEmpty();

    assertThat(told).allMatch(CompletableFuture::isDone);
    assertThat(done).hasSize(500);
    assertThat(air.sent(CHANNEL)).hasSizeLessThan(5).allMatch(text -> text.length() <= 7000);
    assertThat(air.sent(ANSWERS)).hasSizeLessThan(5);
  }

  @Test
  void answersOnceWhatComesByTwoWays() {
    start("here", LONG);
    listen("there");

    air.send(CHANNEL, "elsewhere#7\nwhat").block();
    air.send(CHANNEL, "elsewhere#7\nwhat").block();
    air.send(CHANNEL, "elsewhere\nthat nobody waits for").block();

    assertThat(air.sent(ANSWERS)).containsExactly("there\nelsewhere#7");
  }

  @Test
  void losesNothingThatWasToldBeforeItRan() {
    AcknowledgedBroadcast here = broadcast("here", LONG);
    List<String> done = listen("there");

    CompletableFuture<Void> told = here.tell("early").toFuture();
    here.run().subscribe();

    assertThat(told).isCompleted();
    assertThat(done).containsExactly("early");
  }

  private AcknowledgedBroadcast start(String replica, Duration patience) {
    AcknowledgedBroadcast started = broadcast(replica, patience);
    started.run().subscribe();
    return started;
  }

  private AcknowledgedBroadcast broadcast(String replica, Duration patience) {
    return new AcknowledgedBroadcast(replica, CHANNEL, air, air, () -> Mono.just(living), patience);
  }

  /** A replica that does what it hears; the lines. */
  private List<String> listen(String replica) {
    AcknowledgedBroadcast started = start(replica, LONG);
    List<String> done = new ArrayList<>();
    air.listen(CHANNEL)
        .subscribe(signal -> {
          if (signal instanceof Signal.Message(String payload)) {
            List<String> lines = payload.lines().toList();
            done.addAll(lines.subList(1, lines.size()));
            started.done(lines.getFirst());
          }
        });
    return done;
  }

  private void answer(String replica, String message) {
    air.send(ANSWERS, replica + "\n" + message).block();
  }
}
