package dev.breakwater.core.user;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.AuthMode;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.secret.PasswordRule;
import dev.breakwater.core.secret.SecretHashing;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * What can be done with users. Administrators do everything; everybody reads and changes
 * themselves. Whoever asks for somebody else is answered the same whether they exist or not.
 */
public final class UserService {
  private static final String FIRST_ADMINISTRATOR = "admin";

  private final UserRepository users;
  private final UserAccountRepository accounts;
  private final ProviderAccounts provider;
  private final Authorizer authorizer;
  private final Transactions transactions;
  private final EventRecorder events;
  private final SecretHashing hashing;
  private final UserWatch watch;
  private final Mono<IdentityRules> rules;

  /**
   * @param watch is told of each change, so that it counts on this replica at once
   */
  public UserService(
      UserRepository users,
      UserAccountRepository accounts,
      ProviderAccounts provider,
      Authorizer authorizer,
      Transactions transactions,
      EventRecorder events,
      SecretHashing hashing,
      UserWatch watch,
      Mono<IdentityRules> rules) {
    this.users = users;
    this.accounts = accounts;
    this.provider = provider;
    this.authorizer = authorizer;
    this.transactions = transactions;
    this.events = events;
    this.hashing = hashing;
    this.watch = watch;
    this.rules = rules;
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

  /**
   * Makes a local user.
   *
   * @param fromBrowser whether a browser sent it, with its CSRF token: programs cannot register
   */
  public Mono<User> create(Caller caller, Registration wanted, boolean fromBrowser) {
    return rules
        .flatMap(rule -> requireMayCreate(caller, rule, fromBrowser))
        .then(Mono.defer(() -> hashing.hash(wanted.password())))
        .flatMap(hash ->
            transactions.inTx(tx ->
                accounts
                    .create(tx, row(wanted, hash))
                    .flatMap(user ->
                        events
                            .record(
                                tx,
                                Event.of(
                                    EventType.CREATE_USER,
                                    caller,
                                    user.username(),
                                    "created user " + user.username()))
                            .thenReturn(user))))
        .doOnNext(watch::changed);
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
    return existing(caller, id, Verb.READ);
  }

  public Mono<Void> updateProfile(Caller caller, long id, UserProfile profile) {
    return existing(caller, id, Verb.UPDATE)
        .doOnNext(UserService::requireLocal)
        .flatMap(user ->
            change(
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
        .then(Mono.defer(() -> existing(caller, id, Verb.UPDATE)))
        .doOnNext(user -> requireNotFirst(user, "stays a system administrator"))
        .flatMap(user ->
            change(
                caller,
                user,
                EventType.UPDATE_USER,
                (sysadmin ? "made a system administrator of user " : "took administration from "),
                tx -> accounts.setSysadmin(tx, id, sysadmin)));
  }

  /**
   * @param oldPassword needed by who changes their own
   */
  public Mono<Void> changePassword(Caller caller, long id, String oldPassword, String newPassword) {
    return existing(caller, id, Verb.UPDATE)
        .doOnNext(UserService::requireLocal)
        .doOnNext(_ -> PasswordRule.require(newPassword))
        .flatMap(user -> users.findCredentials(id))
        .flatMap(found -> requireOld(caller, found, oldPassword).thenReturn(found))
        .flatMap(found -> requireOther(found, newPassword).thenReturn(found.user()))
        .flatMap(user ->
            hashing
                .hash(newPassword)
                .flatMap(hash ->
                    change(
                        caller,
                        user,
                        EventType.UPDATE_USER,
                        "changed the password of user ",
                        tx -> accounts.changePassword(tx, id, hash))));
  }

  public Mono<Void> delete(Caller caller, long id) {
    return authorizer
        .requireInSystem(caller, Permission.of(Resource.USER, Verb.DELETE))
        .then(Mono.defer(() -> existing(caller, id, Verb.DELETE)))
        .doOnNext(user -> requireNotFirst(user, "can not be deleted"))
        .doOnNext(user -> requireNotSelf(caller, user))
        .flatMap(user ->
            change(
                    caller,
                    user,
                    EventType.DELETE_USER,
                    "deleted user ",
                    tx -> accounts.delete(tx, id))
                .doOnTerminate(() -> authorizer.forgetRoles()));
  }

  /** Gives the provider's user another CLI secret. */
  public Mono<Void> changeCliSecret(Caller caller, long id, String secret) {
    return rules
        .filter(rule -> rule.authMode() == AuthMode.OIDC_AUTH)
        .switchIfEmpty(
            Mono.error(() -> precondition("CLI secrets are for the auth mode oidc_auth only")))
        .then(Mono.defer(() -> existing(caller, id, Verb.UPDATE)))
        .doOnNext(_ -> PasswordRule.require(secret))
        .flatMap(user ->
            change(
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

  /** Somebody else's row is there for who administers only; they alone learn that there is none. */
  private Mono<User> existing(Caller caller, long id, Verb verb) {
    boolean self = caller.principal() instanceof Principal.User user && user.id() == id;
    Mono<Void> allowed =
        self && caller.grants().isEmpty()
            ? Mono.empty()
            : authorizer.requireInSystem(caller, Permission.of(Resource.USER, verb));
    return allowed
        .then(Mono.defer(() -> users.find(id)))
        .switchIfEmpty(
            Mono.error(
                () -> new RegistryException(ErrorCode.NOT_FOUND, "user " + id + " not found")));
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

  private static Mono<Void> requireAdministrator(Caller caller) {
    return caller.principal().systemAdministrator()
        ? Mono.empty()
        : Mono.error(denied("only system administrators make others"));
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

  private Mono<Void> change(
      Caller caller, User user, EventType type, String done, Function<Tx, Mono<Boolean>> work) {
    return transactions
        .inTx(tx ->
            work.apply(tx)
                .filter(found -> found)
                .switchIfEmpty(
                    Mono.error(() ->
                        new RegistryException(
                            ErrorCode.NOT_FOUND, "user " + user.id() + " not found")))
                .then(
                    Mono.defer(() ->
                        events.record(
                            tx, Event.of(type, caller, user.username(), done + user.username()))))
                .thenReturn(true))
        .doOnTerminate(() -> watch.changed(user))
        .then();
  }

  private static void requireLocal(User user) {
    if (user.source() != UserSource.LOCAL) {
      throw denied(
          "user " + user.username() + " is managed by " + user.source().label() + ", not here");
    }
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

  private static RegistryException precondition(String message) {
    return new RegistryException(ErrorCode.PRECONDITION_FAILED, message);
  }
}
