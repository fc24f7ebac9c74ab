package dev.breakwater.core.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.RepositoryName;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ArtifactCountsTest {
  private static final ArtifactScope SCOPE = new ArtifactScope.OfRepository(1, 1);

  private static final RepositoryName NAME = RepositoryName.parse("team/app");

  private final ArtifactCounts counts = new ArtifactCounts();

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

  private long threeThenAChange() {
    counts.forget(NAME);
    return 3;
  }

  private long count(long total) {
    Long found = counts.of("team", SCOPE, List.of(), () -> Mono.just(total)).block();
    return found == null ? -1 : found;
  }
}
