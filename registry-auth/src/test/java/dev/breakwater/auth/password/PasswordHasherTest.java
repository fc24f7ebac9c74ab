package dev.breakwater.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.auth.crypto.CryptoPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

class PasswordHasherTest {
  private static final String PASSWORD = "correct horse battery staple";

  private final CryptoPool pool = new CryptoPool("crypto-test", 1);
  private final PasswordHasher hasher = new PasswordHasher(pool, 1000);

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void knowsThePasswordAgainAndNoOther() {
    String stored = hash();

    StepVerifier.create(hasher.matches(PASSWORD, stored)).expectNext(true).verifyComplete();
    StepVerifier.create(hasher.matches(PASSWORD + " ", stored)).expectNext(false).verifyComplete();
    StepVerifier.create(hasher.matches("", stored)).expectNext(false).verifyComplete();
  }

  @Test
  void saltsEachHash() {
    assertThat(hash()).isNotEqualTo(hash()).startsWith("$pbkdf2-sha256$i=1000$");
  }

  @Test
  void readsAHashThatAnotherProgramMadeWithOtherCosts() {
    // Python: hashlib.pbkdf2_hmac('sha256', b'Pass w0rd', b'0123456789abcdef', 4096, 32)
    String stored =
        "$pbkdf2-sha256$i=4096$MDEyMzQ1Njc4OWFiY2RlZg$BR6rABpPbJ5ZeT/hV48qWTT20azVLQZKqOyMKgOV4ig";

    StepVerifier.create(hasher.matches("Pass w0rd", stored)).expectNext(true).verifyComplete();
  }

  @Test
  void usesSixHundredThousandIterationsInTheProgram() {
    StepVerifier.create(new PasswordHasher(pool).hash(PASSWORD))
        .assertNext(text -> assertThat(text).startsWith("$pbkdf2-sha256$i=600000$"))
        .verifyComplete();
  }

  @Test
  void letsNobodyInWhoDoesNotExist() {
    StepVerifier.create(hasher.matchesNobody(PASSWORD)).expectNext(false).verifyComplete();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY2RlZg",
        "$pbkdf2-sha256$i=0$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg",
        "$pbkdf2-sha256$i=2000000000$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg",
        "$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$"
      })
  void refusesRowsThatAreNoHash(String stored) {
    StepVerifier.create(hasher.matches(PASSWORD, stored))
        .verifyError(IllegalArgumentException.class);
  }

  private String hash() {
    return hasher.hash(PASSWORD).blockOptional().orElseThrow();
  }
}
