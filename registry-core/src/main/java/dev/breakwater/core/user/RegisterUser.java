package dev.breakwater.core.user;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.AuthMode;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.secret.SecretHashing;
import reactor.core.publisher.Mono;

/** Makes local users, by an administrator or by themselves where that is on. */
public final class RegisterUser {
  private final UserRepository users;
  private final UserAccountRepository accounts;
  private final Authorizer authorizer;
  private final SecretHashing hashing;
  private final UserChanges changes;
  private final Mono<IdentityRules> rules;

  public RegisterUser(
      UserRepository users,
      UserAccountRepository accounts,
      Authorizer authorizer,
      SecretHashing hashing,
      UserChanges changes,
      Mono<IdentityRules> rules) {
    this.users = users;
    this.accounts = accounts;
    this.authorizer = authorizer;
    this.hashing = hashing;
    this.changes = changes;
    this.rules = rules;
  }

  /**
   * Makes a local user.
   *
   * @param fromBrowser whether a browser sent it, with its CSRF token: programs cannot register
   */
  public Mono<User> create(Caller caller, Registration wanted, boolean fromBrowser) {
    return rules
        .flatMap(rule -> requireMayCreate(caller, rule, fromBrowser))
        .then(Mono.defer(() -> hashing.hash(wanted.password())))
        .flatMap(hash -> changes.create(caller, tx -> accounts.create(tx, row(wanted, hash))));
  }

  /** Whether a name or an address is taken: for administrators, and for who may register. */
  public Mono<Boolean> exists(Caller caller, String target, String value) {
    return rules.flatMap(rule -> {
      if (!rule.selfRegistration() && !caller.principal().systemAdministrator()) {
        return Mono.error(
            new RegistryException(
                ErrorCode.PRECONDITION_FAILED, "self-registration is not enabled"));
      }
      return switch (target) {
        case "username" -> users.findByUsername(value).hasElement();
        case "email" -> accounts.hasEmail(value);
        default ->
            Mono.error(
                new RegistryException(ErrorCode.BAD_REQUEST, "target must be username or email"));
      };
    });
  }

  private Mono<Void> requireMayCreate(Caller caller, IdentityRules rule, boolean fromBrowser) {
    if (rule.authMode() != AuthMode.DB_AUTH) {
      return Mono.error(
          denied("creating local user is not allowed under auth mode: " + rule.authMode().label()));
    }
    Permission create = Permission.of(Resource.USER, Verb.CREATE);
    if (authorizer.allowsInSystem(caller, create)) {
      return Mono.empty();
    }
    if (!rule.selfRegistration()) {
      return authorizer.requireInSystem(caller, create);
    }
    return fromBrowser
        ? Mono.empty()
        : Mono.error(denied("self-registration cannot be triggered via API"));
  }

  private static NewUser row(Registration wanted, String hash) {
    UserProfile profile = wanted.profile();
    return NewUser.local(
        wanted.username(),
        profile.email().isEmpty() ? null : profile.email(),
        profile.realName(),
        profile.comment(),
        false,
        hash);
  }

  private static RegistryException denied(String message) {
    return new RegistryException(ErrorCode.DENIED, message);
  }
}
