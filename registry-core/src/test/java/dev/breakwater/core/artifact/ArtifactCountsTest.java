package dev.breakwater.core.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ArtifactCountsTest {
  private static final ArtifactScope SCOPE = new ArtifactScope.OfRepository(1);

  private final ArtifactCounts counts = new ArtifactCounts();

  @Test
  void countsOnceForWhoeverTurnsPages() {
    assertThat(count(3)).isEqualTo(3);
    assertThat(count(4)).isEqualTo(3);
  }

  @Test
  void seesItsOwnChangesAtOnce() {
    count(3);
    counts.forget();

    assertThat(count(4)).isEqualTo(4);
  }

  @Test
  void doesNotKeepWhatWasCountedBeforeAChange() {
    Mono<Long> slow = counts.of(SCOPE, List.of(), () -> Mono.fromSupplier(this::threeThenAChange));
    assertThat(slow.block()).isEqualTo(3);

    assertThat(count(4)).isEqualTo(4);
  }

  @Test
  void doesNotCountLongListsAgainForEachChange() {
    count(1_000_000);
    counts.forget();

    assertThat(count(1_000_001)).isEqualTo(1_000_000);
  }

  private long threeThenAChange() {
    counts.forget();
    return 3;
  }

  private long count(long total) {
    Long found = counts.of(SCOPE, List.of(), () -> Mono.just(total)).block();
    return found == null ? -1 : found;
  }
}
