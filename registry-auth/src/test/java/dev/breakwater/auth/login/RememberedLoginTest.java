package dev.breakwater.auth.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.user.InMemoryUserRepository;
import dev.breakwater.core.user.NewUser;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

final class RememberedLoginTest {
  private final InMemoryUserRepository users = new InMemoryUserRepository();
  private final User alice =
      Objects.requireNonNull(
          users.create(new NewUser("alice", null, "", "", false, UserSource.LDAP, null)).block());
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();
  private String password = "right";
  private boolean away;

  private final RememberedLogin login = new RememberedLogin(this::ask, users, nanos::get);

  @Test
  void asksOnceWhileItRemembersAndAgainAfterwards() {
    assertThat(logIn("right")).contains("alice");
    assertThat(logIn("right")).contains("alice");
    assertThat(asked).hasValue(1);

    nanos.addAndGet(RememberedLogin.REMEMBERED.toNanos());
    password = "changed";
    assertThat(logIn("right")).isEmpty();
    assertThat(asked).hasValue(2);
  }

  @Test
  void remembersNoRefusalAndNoFailure() {
    password = "later";
    assertThat(logIn("right")).isEmpty();
    password = "right";
    away = true;
    assertThatThrownBy(() -> logIn("right")).isInstanceOf(RegistryException.class);
    away = false;

    assertThat(logIn("right")).contains("alice");
    assertThat(asked).hasValue(3);
  }

  @Test
  void takesAnotherPasswordForAnotherLogIn() {
    assertThat(logIn("right")).contains("alice");
    assertThat(logIn("wrong")).isEmpty();
  }

  @Test
  void endsAtOnceWhenTheUserIsDeleted() {
    assertThat(logIn("right")).contains("alice");
    users.remove(alice.id());

    assertThat(logIn("right")).isEmpty();
    assertThat(asked).hasValue(1);
  }

  private Optional<String> logIn(String given) {
    return login.login("alice", given).map(User::username).blockOptional();
  }

  private Mono<User> ask(String username, String given) {
    return Mono.defer(() -> {
      asked.incrementAndGet();
      if (away) {
        return Mono.error(new RegistryException(ErrorCode.UNAVAILABLE, "away"));
      }
      return given.equals(password) ? Mono.just(alice) : Mono.empty();
    });
  }
}
