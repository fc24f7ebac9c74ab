package dev.breakwater.core.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.oci.RepositoryName;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class ArtifactCountsTest {
  private static final ArtifactScope SCOPE = new ArtifactScope.OfRepository(1, 1);

  private static final RepositoryName NAME = RepositoryName.parse("team/app");

  private final AtomicLong nanos = new AtomicLong();
  private final ArtifactCounts counts = new ArtifactCounts(nanos::get);

  @Test
  void countsOnceForWhoeverTurnsPages() {
    assertThat(count(3)).isEqualTo(3);
    assertThat(count(4)).isEqualTo(3);
  }

  @Test
  void seesItsOwnChangesAtOnce() {
    count(3);
    counts.forget(NAME);

    assertThat(count(4)).isEqualTo(4);
  }

  @Test
  void seesItsOwnChangesOfAllProjectsAtOnce() {
    count(3);
    counts.forgetAll();

    assertThat(count(4)).isEqualTo(4);
  }

  @Test
  void doesNotKeepWhatWasCountedBeforeAChange() {
    Mono<Long> slow =
        counts.of("team", SCOPE, List.of(), () -> Mono.fromSupplier(this::threeThenAChange));
    assertThat(slow.block()).isEqualTo(3);

    assertThat(count(4)).isEqualTo(4);
  }

  @Test
  void keepsCountsOfOtherProjects() {
    count(3);
    counts.forget(RepositoryName.parse("other/app"));

    assertThat(count(4)).isEqualTo(3);
  }

  @Test
  void countsAgainAfterTwoSeconds() {
    count(3);
    pass(Duration.ofSeconds(2));

    assertThat(count(4)).isEqualTo(4);
  }

  @Test
  void letsNobodyWhoGoesOnAskingWaitForALongCount() {
    countForLong(3);
    pass(Duration.ofMillis(1_500));

    assertThat(count(4)).isEqualTo(3);
    assertThat(count(5)).isEqualTo(4);
  }

  @Test
  void countsOnlyOnceBehindAnswers() {
    countForLong(3);
    pass(Duration.ofMillis(1_500));
    Sinks.One<Long> slow = Sinks.one();

    assertThat(counts.of("team", SCOPE, List.of(), slow::asMono).block()).isEqualTo(3);
    assertThat(count(5)).isEqualTo(3);

    slow.tryEmitValue(4L);
    assertThat(count(5)).isEqualTo(4);
  }

  @Test
  void countsOnceForAllWhoWait() {
    Sinks.One<Long> slow = Sinks.one();
    Mono<Long> first = counts.of("team", SCOPE, List.of(), slow::asMono).cache();
    first.subscribe();
    Mono<Long> second = counts.of("team", SCOPE, List.of(), () -> Mono.just(5L)).cache();
    second.subscribe();

    slow.tryEmitValue(4L);

    assertThat(first.block()).isEqualTo(4);
    assertThat(second.block()).isEqualTo(4);
  }

  @Test
  void goesOnAfterACountThatFailed() {
    countForLong(3);
    pass(Duration.ofMillis(1_500));
    counts
        .of("team", SCOPE, List.of(), () -> Mono.error(new IllegalStateException("no database")))
        .block();

    assertThat(count(4)).isEqualTo(3);
    assertThat(count(5)).isEqualTo(4);
  }

  @Test
  void keepsNoFailure() {
    Mono<Long> refused =
        counts.of("team", SCOPE, List.of(), () -> Mono.error(new IllegalStateException("refused")));

    assertThatThrownBy(refused::block).isInstanceOf(IllegalStateException.class);
    assertThat(count(4)).isEqualTo(4);
  }

  @Test
  void tellsNoCountThatIsOlderThanTwoSeconds() {
    countForLong(3);
    pass(Duration.ofSeconds(2));

    assertThat(count(4)).isEqualTo(4);
  }

  @Test
  void seesItsOwnChangesThoughTheCountTakesLong() {
    countForLong(3);
    counts.forget(NAME);

    assertThat(count(4)).isEqualTo(4);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  /** Counts for as long as somebody would notice. */
  private void countForLong(long total) {
    counts
        .of(
            "team",
            SCOPE,
            List.of(),
            () ->
                Mono.fromSupplier(() -> {
                  pass(Duration.ofMillis(400));
                  return total;
                }))
        .block();
  }

  private long threeThenAChange() {
    counts.forget(NAME);
    return 3;
  }

  private long count(long total) {
    Long found = counts.of("team", SCOPE, List.of(), () -> Mono.just(total)).block();
    return found == null ? -1 : found;
  }
}
