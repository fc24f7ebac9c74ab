package dev.breakwater.auth.ldap;

import dev.breakwater.auth.login.ExternalLogin;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.group.ExternalIdentity;
import dev.breakwater.core.group.OnboardUser;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserSource;
import reactor.core.publisher.Mono;

/**
 * Log-in with the password that the directory has. The user's name here is the one that the
 * directory writes, whatever the case in which it was typed.
 */
public final class LdapLogin implements ExternalLogin {
  private static final int MAX_LENGTH = 255;

  private final LdapDirectory directory;
  private final OnboardUser onboarding;

  public LdapLogin(LdapDirectory directory, OnboardUser onboarding) {
    this.directory = directory;
    this.onboarding = onboarding;
  }

  /** An empty password is refused unasked: a directory takes it for a log-in of nobody. */
  @Override
  public Mono<User> login(String username, String password) {
    if (username.isBlank() || username.length() > MAX_LENGTH || password.isEmpty()) {
      return Mono.empty();
    }
    return directory
        .authenticate(username, password)
        .flatMap(person -> onboarding.onboard(identity(person)))
        .onErrorResume(LdapLogin::isTaken, _ -> Mono.empty());
  }

  /**
   * The row of somebody whom the directory knows, made now if there is none; empty if it does not
   * know them.
   */
  public Mono<User> onboard(String username) {
    return directory.find(username).flatMap(person -> onboarding.onboard(identity(person)));
  }

  /** Who has the name here logs in another way. */
  private static boolean isTaken(Throwable error) {
    return error instanceof RegistryException known && known.code() == ErrorCode.CONFLICT;
  }

  private static ExternalIdentity identity(LdapPerson.WithGroups found) {
    LdapPerson person = found.person();
    return new ExternalIdentity(
        UserSource.LDAP,
        person.username(),
        person.email(),
        person.realName(),
        "from LDAP.",
        found.groups(),
        found.administers());
  }
}
