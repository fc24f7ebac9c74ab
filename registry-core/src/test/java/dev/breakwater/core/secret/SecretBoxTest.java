package dev.breakwater.core.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class SecretBoxTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef";
  private static final String OTHER_KEY = "another key that is long enough, too";

  private final SecretBox box = SecretBox.withKey(KEY);

  @Test
  void opensWhatItSealed() {
    String sealed = box.seal("hush".getBytes(UTF_8), "token-key:a");

    assertThat(box.open(sealed, "token-key:a")).asString(UTF_8).isEqualTo("hush");
    assertThat(sealed).doesNotContain("hush");
  }

  @Test
  void sealsTheSameValueDifferentlyEachTime() {
    byte[] plain = "hush".getBytes(UTF_8);

    assertThat(box.seal(plain, "c")).isNotEqualTo(box.seal(plain, "c"));
  }

  @Test
  void opensAfterARestartWithTheSameKeyAndASurroundingLineBreak() {
    String sealed = box.seal("hush".getBytes(UTF_8), "c");

    assertThat(SecretBox.withKey(KEY + "\n").open(sealed, "c")).asString(UTF_8).isEqualTo("hush");
  }

  @Test
  void refusesAnotherKeyAnotherContextAndAChangedText() {
    String sealed = box.seal("hush".getBytes(UTF_8), "c");
    String changed = sealed.substring(0, sealed.length() - 2) + "AA";

    assertThatThrownBy(() -> SecretBox.withKey(OTHER_KEY).open(sealed, "c"))
        .isInstanceOf(SealBrokenException.class);
    assertThatThrownBy(() -> box.open(sealed, "d")).isInstanceOf(SealBrokenException.class);
    assertThatThrownBy(() -> box.open(changed, "c")).isInstanceOf(SealBrokenException.class);
  }

  @Test
  void refusesTextThatNeverWasSealed() {
    assertThatThrownBy(() -> box.open("hush", "c")).isInstanceOf(SealBrokenException.class);
    assertThatThrownBy(() -> box.open("v1.", "c")).isInstanceOf(SealBrokenException.class);
    assertThatThrownBy(() -> box.open("v1.%%", "c")).isInstanceOf(SealBrokenException.class);
  }

  @Test
  void refusesAShortKeyWithoutRepeatingIt() {
    assertThatThrownBy(() -> SecretBox.withKey("opensesame"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 32")
        .hasMessageNotContaining("opensesame");
  }

  @Test
  void neverShowsItsKey() {
    assertThat(box.toString()).doesNotContain(KEY);
    assertThat(box.fingerprint()).matches("[0-9a-f]{32}").isNotEqualTo(KEY);
  }

  @Test
  void letsAReplicaWithTheSameKeyStartAndRefusesOneWithAnother() {
    SecretKeyCheck check = new SecretKeyCheck(new OneFingerprint());

    StepVerifier.create(check.check(box)).verifyComplete();
    StepVerifier.create(check.check(SecretBox.withKey(KEY))).verifyComplete();
    StepVerifier.create(check.check(SecretBox.withKey(OTHER_KEY)))
        .expectErrorSatisfies(e ->
            assertThat(e)
                .isInstanceOf(WrongSecretKeyException.class)
                .hasMessageContaining("same secret.key"))
        .verify();
  }

  private static final class OneFingerprint implements SecretKeyFingerprintRepository {
    private final AtomicReference<String> stored = new AtomicReference<>("");

    @Override
    public Mono<String> insertIfAbsent(String fingerprint) {
      return Mono.fromSupplier(() -> stored.updateAndGet(s -> s.isEmpty() ? fingerprint : s));
    }
  }
}
