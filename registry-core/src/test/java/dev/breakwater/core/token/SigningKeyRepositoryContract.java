package dev.breakwater.core.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What every {@link SigningKeyRepository} does. */
public abstract class SigningKeyRepositoryContract {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** A repository without keys. */
  protected abstract SigningKeyRepository keys();

  @Test
  void keepsAKeyAsItIs() {
    SigningKey key = key("A", "ES256", 0);

    StepVerifier.create(keys().insertIfNoneActive(key)).expectNextCount(1).verifyComplete();

    SigningKey stored = usable(START).getFirst();
    assertThat(stored).usingRecursiveComparison().isEqualTo(key);
  }

  @Test
  void letsOneOfManyCandidatesBecomeActive() {
    List<String> active =
        Objects.requireNonNull(
            Flux.range(0, 8)
                .flatMap(i -> keys().insertIfNoneActive(key("K" + i, "ES256", i)), 8)
                .map(SigningKey::id)
                .distinct()
                .collectList()
                .block());

    assertThat(active).hasSize(1);
    assertThat(usable(START)).extracting(SigningKey::id).isEqualTo(active);
  }

  @Test
  void keepsOneActiveKeyForEachAlgorithm() {
    insert(key("E", "ES256", 0));
    insert(key("R", "RS256", 1));

    assertThat(usable(START)).extracting(SigningKey::id).containsExactly("E", "R");
  }

  @Test
  void retiresTheActiveKeyOfTheAlgorithmOnRotation() {
    insert(key("A", "ES256", 0));
    insert(key("R", "RS256", 1));

    rotate(key("B", "ES256", 10), START.plusSeconds(10));

    assertThat(usable(START)).extracting(SigningKey::id).containsExactly("A", "R", "B");
    assertThat(usable(START))
        .extracting(SigningKey::retiredAt)
        .containsExactly(START.plusSeconds(10), null, null);
    assertThat(usable(START.plusSeconds(10))).hasSize(3);
    assertThat(usable(START.plusSeconds(11))).extracting(SigningKey::id).containsExactly("R", "B");
  }

  @Test
  void makesARetiredKeyActiveAgain() {
    insert(key("A", "ES256", 0));
    rotate(key("B", "ES256", 10), START.plusSeconds(10));

    rotate(key("A", "ES256", 0), START.plusSeconds(20));

    assertThat(usable(START.plusSeconds(21))).extracting(SigningKey::id).containsExactly("A");
  }

  @Test
  void changesNothingWhenTheNextKeyIsActiveAlready() {
    insert(key("A", "ES256", 0));

    rotate(key("A", "ES256", 0), START.plusSeconds(20));

    assertThat(usable(START)).extracting(SigningKey::retiredAt).containsOnlyNulls();
  }

  @Test
  void rotatesWhereThereIsNoKeyYet() {
    rotate(key("A", "ES256", 0), START);

    assertThat(usable(START)).extracting(SigningKey::id).containsExactly("A");
  }

  @Test
  void replacesAnOldKeyOnceHoweverManyTry() {
    insert(key("A", "ES256", 0));
    insert(key("R", "RS256", 0));
    Instant at = START.plusSeconds(10);

    List<Boolean> replaced =
        Objects.requireNonNull(
            Flux.range(0, 8)
                .flatMap(
                    i -> keys().rotateIfOlder(key("K" + i, "ES256", 10), START.plusSeconds(1), at),
                    8)
                .collectList()
                .block());

    assertThat(replaced).containsOnlyOnce(true).hasSize(8);
    assertThat(usable(START)).hasSize(3);
    assertThat(usable(at.plusSeconds(1))).extracting(SigningKey::id).contains("R").hasSize(2);
  }

  @Test
  void replacesNoKeyThatIsNotOldAndNoneThatIsRetired() {
    insert(key("A", "ES256", 0));
    Instant at = START.plusSeconds(10);

    StepVerifier.create(keys().rotateIfOlder(key("B", "ES256", 10), START, at))
        .expectNext(false)
        .verifyComplete();
    StepVerifier.create(keys().rotateIfOlder(key("B", "RS256", 10), at, at))
        .expectNext(false)
        .verifyComplete();

    assertThat(usable(START)).extracting(SigningKey::id).containsExactly("A");
  }

  @Test
  void deletesOnlyKeysThatWereRetiredLongAgo() {
    insert(key("A", "ES256", 0));
    rotate(key("B", "ES256", 10), START.plusSeconds(10));

    StepVerifier.create(keys().deleteRetiredBefore(START.plusSeconds(10)))
        .expectNext(0L)
        .verifyComplete();
    StepVerifier.create(keys().deleteRetiredBefore(START.plusSeconds(11)))
        .expectNext(1L)
        .verifyComplete();
    assertThat(usable(START)).extracting(SigningKey::id).containsExactly("B");
  }

  private void insert(SigningKey key) {
    StepVerifier.create(keys().insertIfNoneActive(key)).expectNextCount(1).verifyComplete();
  }

  private void rotate(SigningKey next, Instant at) {
    StepVerifier.create(keys().rotate(next, at)).verifyComplete();
  }

  private List<SigningKey> usable(Instant retiredSince) {
    return Objects.requireNonNull(keys().findUsable(retiredSince).collectList().block());
  }

  private static SigningKey key(String id, String algorithm, long second) {
    return new SigningKey(
        id, algorithm, "sealed " + id, new byte[] {1, 2, 3}, START.plusSeconds(second), null);
  }
}
