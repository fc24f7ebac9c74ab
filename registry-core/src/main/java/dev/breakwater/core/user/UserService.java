package dev.breakwater.core.user;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import reactor.core.publisher.Mono;

/**
 * What can be done with users. Administrators do everything; everybody reads and changes
 * themselves. How one gets a row and a password is in {@link RegisterUser} and {@link UserSecrets}.
 */
public final class UserService {
  private static final String FIRST_ADMINISTRATOR = "admin";

  private final UserRepository users;
  private final UserAccountRepository accounts;
  private final ProviderAccounts provider;
  private final Authorizer authorizer;
  private final UserChanges changes;

  public UserService(
      UserRepository users,
      UserAccountRepository accounts,
      ProviderAccounts provider,
      Authorizer authorizer,
      UserChanges changes) {
    this.users = users;
    this.accounts = accounts;
    this.provider = provider;
    this.authorizer = authorizer;
    this.changes = changes;
  }

  public Mono<Slice<User>> list(Caller caller, ListRequest request) {
    return authorizer
        .requireInSystem(caller, Permission.of(Resource.USER, Verb.LIST))
        .then(Mono.defer(() -> accounts.list(request)));
  }

  /** For whoever is logged in: to name members. */
  public Mono<Slice<User>> search(Caller caller, String part, int offset, int limit) {
    return requireKnown(caller).then(Mono.defer(() -> accounts.search(part, offset, limit)));
  }

  /** The caller's own row; PRECONDITION_FAILED for who has none. */
  public Mono<User> current(Caller caller) {
    return switch (caller.principal()) {
      case Principal.Anonymous _ -> Mono.error(UserService::unauthorized);
      case Principal.Robot _ ->
          Mono.error(() ->
              new RegistryException(
                  ErrorCode.PRECONDITION_FAILED,
                  "get current user not available for security context: robot"));
      case Principal.User user -> users.find(user.id()).switchIfEmpty(Mono.error(() -> gone(user)));
    };
  }

  /** What the provider's user has besides; only their own. */
  public Mono<ProviderAccounts.ProviderAccount> providerAccount(Caller caller) {
    return caller.principal() instanceof Principal.User user
        ? provider.find(user.id())
        : Mono.empty();
  }

  public Mono<User> find(Caller caller, long id) {
    return changes.existing(caller, id, Verb.READ);
  }

  public Mono<Void> updateProfile(Caller caller, long id, UserProfile profile) {
    return changes
        .existing(caller, id, Verb.UPDATE)
        .doOnNext(UserChanges::requireLocal)
        .flatMap(user ->
            changes.apply(
                caller,
                user,
                EventType.UPDATE_USER,
                "updated the profile of user ",
                tx -> accounts.updateProfile(tx, id, profile)));
  }

  public Mono<Void> setSysadmin(Caller caller, long id, boolean sysadmin) {
    return authorizer
        .requireInSystem(caller, Permission.of(Resource.USER, Verb.UPDATE))
        .then(Mono.defer(() -> requireAdministrator(caller)))
        .then(Mono.defer(() -> changes.existing(caller, id, Verb.UPDATE)))
        .doOnNext(user -> requireNotFirst(user, "stays a system administrator"))
        .flatMap(user ->
            changes.apply(
                caller,
                user,
                EventType.UPDATE_USER,
                (sysadmin ? "made a system administrator of user " : "took administration from "),
                tx -> accounts.setSysadmin(tx, id, sysadmin)));
  }

  public Mono<Void> delete(Caller caller, long id) {
    return authorizer
        .requireInSystem(caller, Permission.of(Resource.USER, Verb.DELETE))
        .then(Mono.defer(() -> changes.existing(caller, id, Verb.DELETE)))
        .doOnNext(user -> requireNotFirst(user, "can not be deleted"))
        .doOnNext(user -> requireNotSelf(caller, user))
        .flatMap(user ->
            changes
                .apply(
                    caller,
                    user,
                    EventType.DELETE_USER,
                    "deleted user ",
                    tx -> accounts.delete(tx, id))
                .doOnTerminate(() -> authorizer.forgetRoles()));
  }

  private static Mono<Void> requireAdministrator(Caller caller) {
    return caller.principal().systemAdministrator()
        ? Mono.empty()
        : Mono.error(denied("only system administrators make others"));
  }

  private static void requireNotFirst(User user, String what) {
    if (user.username().equals(FIRST_ADMINISTRATOR)) {
      throw denied("user " + user.username() + " " + what);
    }
  }

  private static void requireNotSelf(Caller caller, User user) {
    if (caller.principal() instanceof Principal.User self && self.id() == user.id()) {
      throw denied("nobody can delete themselves");
    }
  }

  private static Mono<Void> requireKnown(Caller caller) {
    return caller.isAnonymous() ? Mono.error(UserService::unauthorized) : Mono.empty();
  }

  private static RegistryException unauthorized() {
    return new RegistryException(ErrorCode.UNAUTHORIZED, "log in first");
  }

  private static RegistryException gone(Principal.User user) {
    return new RegistryException(
        ErrorCode.UNAUTHORIZED, "user " + user.name() + " does not exist any more");
  }

  private static RegistryException denied(String message) {
    return new RegistryException(ErrorCode.DENIED, message);
  }
}
