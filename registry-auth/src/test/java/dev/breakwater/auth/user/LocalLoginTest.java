package dev.breakwater.auth.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.auth.password.PasswordHasher;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.user.InMemoryUserRepository;
import dev.breakwater.core.user.NewUser;
import dev.breakwater.core.user.User;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class LocalLoginTest {
  private static final String PASSWORD = "Harbour12345";

  private final AtomicLong nanos = new AtomicLong();
  private final CryptoPool pool = new CryptoPool("crypto-test", 1);
  private final PasswordHasher hasher = new PasswordHasher(pool, 1000);
  private final InMemoryUserRepository users = new InMemoryUserRepository();
  private final LocalLogin login = new LocalLogin(users, hasher, nanos::get);
  private final User alice = create("alice");

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void letsAUserInWithTheRightPassword() {
    StepVerifier.create(login.login("alice", PASSWORD))
        .expectNext(new Principal.User(alice.id(), "alice", false))
        .verifyComplete();
  }

  @ParameterizedTest
  @CsvSource({"alice,wrong", "Alice,Harbour12345", "nobody,Harbour12345", "alice,''", "'',x"})
  void refusesWithTheSameAnswerWhateverIsWrong(String username, String password) {
    refuses(username, password);
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice", "nobody", "without"})
  void doesTheSameWorkForARefusalWhoeverItIs(String username) {
    users.create(NewUser.local("without", null, "", "", false, null)).block();
    long before = hasher.fullHashes();

    refuses(username, "wrong");

    assertThat(hasher.fullHashes() - before).isEqualTo(1);
  }

  @Test
  void refusesAPasswordOfAMegabyteUnhashed() {
    pool.close();

    refuses("alice", "x".repeat(1024 * 1024));
  }

  @Test
  void refusesAUserWithoutALocalPassword() {
    users.create(NewUser.local("ldap", null, "", "", false, null)).block();

    refuses("ldap", "anything");
  }

  @Test
  void answersTheNextLogInFromMemory() {
    StepVerifier.create(login.login("alice", PASSWORD)).expectNextCount(1).verifyComplete();
    pool.close();

    StepVerifier.create(login.login("alice", PASSWORD)).expectNextCount(1).verifyComplete();
    assertThat(users.credentialReads()).isEqualTo(1);
  }

  @Test
  void hashesOnceForManyRequestsAtOnce() {
    StepVerifier.create(Flux.range(0, 600).flatMap(_ -> login.login("alice", PASSWORD), 600))
        .expectNextCount(600)
        .verifyComplete();
  }

  @Test
  void forgetsAChangedPasswordWithinSeconds() {
    StepVerifier.create(login.login("alice", PASSWORD)).expectNextCount(1).verifyComplete();
    hasher.hash("another").flatMap(hash -> users.changePassword(alice.id(), hash)).block();

    advance(LocalLogin.ROWS.plusMillis(1));

    refuses("alice", PASSWORD);
    StepVerifier.create(login.login("alice", "another")).expectNextCount(1).verifyComplete();
    assertThat(LocalLogin.ROWS).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void forgetsADeletedUserWithinSecondsAndAtOnceWhenTold() {
    StepVerifier.create(login.login("alice", PASSWORD)).expectNextCount(1).verifyComplete();
    StepVerifier.create(login.find(alice.id())).expectNextCount(1).verifyComplete();
    users.remove(alice.id());
    StepVerifier.create(login.find(alice.id())).expectNextCount(1).verifyComplete();

    advance(LocalLogin.ROWS.plusMillis(1));

    StepVerifier.create(login.find(alice.id())).verifyComplete();
    refuses("alice", PASSWORD);

    User bob = create("bob");
    StepVerifier.create(login.login("bob", PASSWORD)).expectNextCount(1).verifyComplete();
    users.remove(bob.id());
    login.changed(bob);
    refuses("bob", PASSWORD);
  }

  private void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }

  private void refuses(String username, String password) {
    StepVerifier.create(login.login(username, password))
        .expectErrorSatisfies(e ->
            assertThat(e)
                .isInstanceOfSatisfying(
                    RegistryException.class,
                    known -> assertThat(known.code()).isEqualTo(ErrorCode.UNAUTHORIZED))
                .hasMessage("the user name or the password is wrong"))
        .verify();
  }

  private User create(String username) {
    return hasher
        .hash(PASSWORD)
        .flatMap(hash -> users.create(NewUser.local(username, null, "", "", false, hash)))
        .blockOptional()
        .orElseThrow();
  }
}
