package dev.breakwater.auth.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserSource;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

final class LdapWatchTest {
  private static final User ALICE = user(7, UserSource.LDAP);

  private final Map<ConfigurationItem, String> settings =
      new EnumMap<>(Map.of(ConfigurationItem.AUTH_MODE, "ldap_auth"));
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();
  private final LdapWatch watch =
      new LdapWatch(
          () -> Mono.fromSupplier(() -> new Configuration(settings)),
          _ -> Mono.defer(this::answer),
          nanos::get);

  private Mono<User> answer = Mono.just(ALICE);

  @Test
  void asksTheDirectoryOnceAMinuteForAPerson() {
    assertThat(vouchesFor(ALICE)).isTrue();
    pass(LdapWatch.PERIOD.minusSeconds(1));
    assertThat(vouchesFor(ALICE)).isTrue();
    assertThat(asked).hasValue(1);

    pass(Duration.ofSeconds(2));
    answer = Mono.empty();

    assertThat(vouchesFor(ALICE)).isFalse();
    assertThat(asked).hasValue(2);
  }

  @Test
  void doesNotMakeWhoeverIsBusyWaitForTheDirectory() {
    assertThat(vouchesFor(ALICE)).isTrue();
    answer = Mono.never();

    pass(LdapWatch.PERIOD.plusSeconds(1));

    assertThat(vouchesFor(ALICE)).isTrue();
    assertThat(asked).hasValue(2);
  }

  @Test
  void asksFirstForWhoeverComesBackAfterAWhile() {
    assertThat(vouchesFor(ALICE)).isTrue();
    answer = Mono.empty();

    pass(LdapWatch.IDLE);

    assertThat(vouchesFor(ALICE)).isFalse();
  }

  @Test
  void doesNotTakeSomebodyElseOfTheSameNameForThem() {
    answer = Mono.just(user(8, UserSource.LDAP));

    assertThat(vouchesFor(ALICE)).isFalse();
  }

  @Test
  void logsNobodyOutWhileTheDirectoryIsAwayAndDoesNotAskAllTheTime() {
    answer = Mono.error(new RegistryException(ErrorCode.UNAVAILABLE, "the directory is away"));

    assertThat(vouchesFor(ALICE)).isTrue();
    assertThat(vouchesFor(user(8, UserSource.LDAP))).isTrue();
    assertThat(asked).hasValue(1);

    pass(LdapWatch.IDLE);
    answer = Mono.empty();
    assertThat(vouchesFor(ALICE)).isFalse();
  }

  @Test
  void doesNotAskForUsersOfOthersNorInAnotherMode() {
    answer = Mono.empty();

    assertThat(vouchesFor(user(1, UserSource.LOCAL))).isTrue();
    settings.put(ConfigurationItem.AUTH_MODE, "db_auth");
    assertThat(vouchesFor(ALICE)).isTrue();
    assertThat(asked).hasValue(0);
  }

  private Mono<User> answer() {
    asked.incrementAndGet();
    return answer;
  }

  private boolean vouchesFor(User user) {
    return Objects.requireNonNull(watch.vouchesFor(user).block(Duration.ofSeconds(20)));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static User user(long id, UserSource source) {
    return new User(id, "alice", null, "", "", false, source, false, Instant.EPOCH, Instant.EPOCH);
  }
}
