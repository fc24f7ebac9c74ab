package dev.breakwater.core.user;

import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.principal.AuthMode;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.secret.PasswordRule;
import dev.breakwater.core.secret.SecretHashing;
import reactor.core.publisher.Mono;

/** What users prove themselves with: passwords of local ones, CLI secrets of a provider's. */
public final class UserSecrets {
  private final UserRepository users;
  private final UserAccountRepository accounts;
  private final ProviderAccounts provider;
  private final SecretHashing hashing;
  private final UserChanges changes;
  private final Mono<IdentityRules> rules;

  public UserSecrets(
      UserRepository users,
      UserAccountRepository accounts,
      ProviderAccounts provider,
      SecretHashing hashing,
      UserChanges changes,
      Mono<IdentityRules> rules) {
    this.users = users;
    this.accounts = accounts;
    this.provider = provider;
    this.hashing = hashing;
    this.changes = changes;
    this.rules = rules;
  }

  /**
   * @param oldPassword needed by who changes their own
   */
  public Mono<Void> changePassword(Caller caller, long id, String oldPassword, String newPassword) {
    return changes
        .existing(caller, id, Verb.UPDATE)
        .doOnNext(UserChanges::requireLocal)
        .doOnNext(_ -> PasswordRule.require(newPassword))
        .flatMap(user -> users.findCredentials(id))
        .flatMap(found -> requireOld(caller, found, oldPassword).thenReturn(found))
        .flatMap(found -> requireOther(found, newPassword).thenReturn(found.user()))
        .flatMap(user ->
            hashing
                .hash(newPassword)
                .flatMap(hash ->
                    changes.apply(
                        caller,
                        user,
                        EventType.UPDATE_USER,
                        "changed the password of user ",
                        tx -> accounts.changePassword(tx, id, hash))));
  }

  /** Gives the provider's user another CLI secret. */
  public Mono<Void> changeCliSecret(Caller caller, long id, String secret) {
    return rules
        .filter(rule -> rule.authMode() == AuthMode.OIDC_AUTH)
        .switchIfEmpty(
            Mono.error(() -> precondition("CLI secrets are for the auth mode oidc_auth only")))
        .then(Mono.defer(() -> changes.existing(caller, id, Verb.UPDATE)))
        .doOnNext(_ -> PasswordRule.require(secret))
        .flatMap(user ->
            changes.apply(
                caller,
                user,
                EventType.UPDATE_USER,
                "changed the CLI secret of user ",
                tx ->
                    provider
                        .changeSecret(tx, id, secret)
                        .filter(done -> done)
                        .switchIfEmpty(
                            Mono.error(() ->
                                precondition(
                                    "user " + id + " was not onboarded by the provider")))));
  }

  private Mono<Void> requireOld(Caller caller, UserCredentials found, String oldPassword) {
    boolean self =
        caller.principal() instanceof Principal.User user && user.id() == found.user().id();
    if (!self) {
      return requireOverOthers(caller, found.user());
    }
    String stored = found.passwordHash();
    Mono<Boolean> right =
        stored == null || oldPassword.isEmpty()
            ? Mono.just(false)
            : hashing.matches(oldPassword, stored);
    return right
        .filter(matches -> matches)
        .switchIfEmpty(Mono.error(() -> denied("Current password is incorrect")))
        .then();
  }

  /** A robot that may update users must not become an administrator by way of one's password. */
  private static Mono<Void> requireOverOthers(Caller caller, User user) {
    return user.administers() && !caller.principal().systemAdministrator()
        ? Mono.error(denied("only system administrators change the password of one"))
        : Mono.empty();
  }

  private Mono<Void> requireOther(UserCredentials found, String newPassword) {
    String stored = found.passwordHash();
    return stored == null
        ? Mono.empty()
        : hashing
            .matches(newPassword, stored)
            .filter(same -> same)
            .flatMap(_ ->
                Mono.error(
                    new RegistryException(
                        ErrorCode.BAD_REQUEST,
                        "the new password can't be the same as the old one")));
  }

  private static RegistryException denied(String message) {
    return new RegistryException(ErrorCode.DENIED, message);
  }

  private static RegistryException precondition(String message) {
    return new RegistryException(ErrorCode.PRECONDITION_FAILED, message);
  }
}
