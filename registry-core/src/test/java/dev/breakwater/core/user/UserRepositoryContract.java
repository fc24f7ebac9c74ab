package dev.breakwater.core.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What every {@link UserRepository} does. */
public abstract class UserRepositoryContract {

  /** A repository without any of the users made here. */
  protected abstract UserRepository users();

  @Test
  void findsAUserByNumberAndByName() {
    User created = create("alice", "alice@example.org");

    StepVerifier.create(users().find(created.id())).expectNext(created).verifyComplete();
    StepVerifier.create(users().findByUsername("alice")).expectNext(created).verifyComplete();
    assertThat(created.username()).isEqualTo("alice");
    assertThat(created.email()).isEqualTo("alice@example.org");
    assertThat(created.realName()).isEqualTo("Real Name");
    assertThat(created.comment()).isEqualTo("a comment");
    assertThat(created.sysadmin()).isFalse();
    assertThat(created.id()).isPositive();
  }

  @Test
  void doesNotFindAnotherCaseOrAPartOfTheName() {
    create("carol", null);

    StepVerifier.create(users().findByUsername("Carol")).verifyComplete();
    StepVerifier.create(users().findByUsername("car%")).verifyComplete();
    StepVerifier.create(users().findByUsername("")).verifyComplete();
    StepVerifier.create(users().find(Long.MAX_VALUE)).verifyComplete();
  }

  @Test
  void findsTheHashOfAUserWhoHasOne() {
    create("dave", null);
    StepVerifier.create(users().create(NewUser.local("erin", null, "", "", true, null)))
        .expectNextCount(1)
        .verifyComplete();

    StepVerifier.create(users().findCredentials("dave").map(UserCredentials::passwordHash))
        .expectNext("$hash")
        .verifyComplete();
    StepVerifier.create(users().findCredentials("erin"))
        .assertNext(found -> assertThat(found.passwordHash()).isNull())
        .verifyComplete();
    StepVerifier.create(users().findCredentials("nobody")).verifyComplete();
  }

  @Test
  void refusesANameOrAnAddressThatIsTaken() {
    create("frank", "frank@example.org");

    expectConflict(NewUser.local("frank", null, "", "", false, null));
    expectConflict(NewUser.local("frank2", "frank@example.org", "", "", false, null));
  }

  @Test
  void letsSeveralUsersHaveNoAddress() {
    create("grace", null);
    create("heidi", null);

    StepVerifier.create(users().findByUsername("heidi")).expectNextCount(1).verifyComplete();
  }

  @Test
  void createsOneOfManyAtOnce() {
    NewUser user = NewUser.local("ivan", null, "", "", false, "$hash");

    StepVerifier.create(
            Flux.range(0, 8).flatMap(_ -> users().createIfAbsent(user), 8).filter(made -> made))
        .expectNext(true)
        .verifyComplete();
  }

  @Test
  void replacesThePasswordOfAUserWhoExists() {
    User user = create("judy", null);

    StepVerifier.create(users().changePassword(user.id(), "$new"))
        .expectNext(true)
        .verifyComplete();
    StepVerifier.create(users().findCredentials("judy").map(UserCredentials::passwordHash))
        .expectNext("$new")
        .verifyComplete();
    StepVerifier.create(users().changePassword(Long.MAX_VALUE, "$new"))
        .expectNext(false)
        .verifyComplete();
  }

  private void expectConflict(NewUser user) {
    StepVerifier.create(users().create(user))
        .expectErrorSatisfies(e ->
            assertThat(e)
                .isInstanceOfSatisfying(
                    RegistryException.class,
                    known -> assertThat(known.code()).isEqualTo(ErrorCode.CONFLICT)))
        .verify();
  }

  private User create(String username, @Nullable String email) {
    NewUser user = NewUser.local(username, email, "Real Name", "a comment", false, "$hash");
    return users().create(user).blockOptional().orElseThrow();
  }
}
