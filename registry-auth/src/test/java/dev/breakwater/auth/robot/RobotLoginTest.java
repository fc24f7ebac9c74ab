package dev.breakwater.auth.robot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.auth.password.PasswordHasher;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.robot.InMemoryRobotRepository;
import dev.breakwater.core.robot.NewRobot;
import dev.breakwater.core.robot.Robot;
import dev.breakwater.core.robot.RobotCreator;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class RobotLoginTest {
  private static final String SECRET = "Abcdefgh12345678Abcdefgh12345678";

  private final AtomicLong nanos = new AtomicLong();
  private final CryptoPool pool = new CryptoPool("crypto-test", 1);
  private final PasswordHasher hasher = new PasswordHasher(pool, 10_000);
  private final InMemoryRobotRepository robots = new InMemoryRobotRepository();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final RobotLogin login =
      new RobotLogin(
          robots,
          hasher,
          Mono.just(IdentityRules.DEFAULT),
          ((InstantSource) now::get).withZone(ZoneOffset.UTC),
          nanos::get);

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void readsOneRowForManyLogIns() {
    add("ci", Optional.empty());

    for (int i = 0; i < 5; i++) {
      lets("ci", SECRET);
    }
    assertThat(robots.credentialReads()).isEqualTo(1);
    assertThat(login.remembers("ci", SECRET)).isTrue();
    assertThat(login.remembers("ci", "other")).isFalse();
    assertThat(login.remembers("nobody", SECRET)).isFalse();
  }

  @Test
  void namesTheRobotByThePrefixThatIsSet() {
    add("library+ci", Optional.empty());

    StepVerifier.create(login.login("library+ci", SECRET))
        .assertNext(robot -> assertThat(robot.name()).isEqualTo("robot$library+ci"))
        .verifyComplete();
  }

  @Test
  void refusesWithTheSameAnswerWhateverIsWrong() {
    Robot disabled = add("disabled", Optional.empty());
    robots.disable(disabled.id());
    add("ci", Optional.empty());
    add("expired", Optional.of(Instant.EPOCH.minusSeconds(1)));

    refuses("ci", "wrong");
    refuses("nobody", SECRET);
    refuses("disabled", SECRET);
    refuses("expired", SECRET);
    refuses("", SECRET);
    refuses("ci", "");
    refuses("ci", "x".repeat(1_000_000));
  }

  @Test
  void stopsWithinSecondsAndAtOnceWhenTold() {
    Robot one = add("one", Optional.empty());
    Robot two = add("two", Optional.empty());
    lets("one", SECRET);
    lets("two", SECRET);
    StepVerifier.create(login.find(one.id())).expectNextCount(1).verifyComplete();
    robots.disable(one.id());
    robots.remove(two.id());

    nanos.addAndGet(RobotLogin.ROWS.plusMillis(1).toNanos());

    refuses("one", SECRET);
    refuses("two", SECRET);
    StepVerifier.create(login.find(one.id())).verifyComplete();
    Robot three = add("three", Optional.empty());
    lets("three", SECRET);
    robots.remove(three.id());
    login.changed(three);
    refuses("three", SECRET);
  }

  @Test
  void stopsARobotThatExpiresWhileItIsRemembered() {
    Robot robot = add("ci", Optional.of(Instant.EPOCH.plusSeconds(2)));
    lets("ci", SECRET);
    StepVerifier.create(login.find(robot.id())).expectNextCount(1).verifyComplete();

    now.set(Instant.EPOCH.plusSeconds(2));

    refuses("ci", SECRET);
    StepVerifier.create(login.find(robot.id())).verifyComplete();
  }

  @Test
  void hashesAsMuchForAWrongSecretAsForARobotThatIsNotThere() {
    add("ci", Optional.empty());

    long known = hashedFor(() -> refuses("ci", "wrong"));
    long unknown = hashedFor(() -> refuses("nobody", "wrong"));

    assertThat(known).isGreaterThanOrEqualTo(unknown);
  }

  /** How many hashes of the full cost the pool made: cheap ones are not counted. */
  private long hashedFor(Runnable work) {
    long before = hasher.fullHashes();
    work.run();
    return hasher.fullHashes() - before;
  }

  private Robot add(String name, Optional<Instant> end) {
    String hash = hasher.hashGenerated(SECRET).blockOptional().orElseThrow();
    return robots.add(
        new NewRobot(
            name,
            Optional.empty(),
            "",
            -1,
            end,
            false,
            new RobotCreator(RobotCreator.Kind.LOCAL, 1),
            List.of(),
            hash));
  }

  private void lets(String name, String secret) {
    StepVerifier.create(login.login(name, secret)).expectNextCount(1).verifyComplete();
  }

  private void refuses(String name, String secret) {
    StepVerifier.create(login.login(name, secret))
        .expectErrorSatisfies(error ->
            assertThat(error)
                .isInstanceOf(RegistryException.class)
                .hasMessage("the user name or the password is wrong"))
        .verify();
  }
}
