package dev.breakwater.core.group;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.core.user.User;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Gives people whom a directory, provider or proxy knows a row of their own, and makes that row say
 * what is true there now: their groups, and whether they administer. When nothing has changed, that
 * costs two indexed reads.
 */
public final class OnboardUser {
  /** More groups than this are a mistake; tokens and rows must not grow with it. */
  private static final int MAX_GROUPS = 1000;

  private final ExternalUserRepository users;
  private final GroupRepository groups;
  private final Transactions transactions;
  private final Authorizer authorizer;
  private final EventRecorder events;

  public OnboardUser(
      ExternalUserRepository users,
      GroupRepository groups,
      Transactions transactions,
      Authorizer authorizer,
      EventRecorder events) {
    this.users = users;
    this.groups = groups;
    this.transactions = transactions;
    this.authorizer = authorizer;
    this.events = events;
  }

  /**
   * The user of this name, made now if there is none.
   *
   * @return an error CONFLICT if the name is that of a user whom somebody else checks
   */
  public Mono<User> onboard(ExternalIdentity identity) {
    return users
        .findByUsername(identity.username())
        .switchIfEmpty(Mono.defer(() -> create(identity)))
        .flatMap(user ->
            user.source() == identity.source()
                ? refresh(user, identity)
                : Mono.error(taken(identity)));
  }

  /**
   * A new user of this name.
   *
   * @return an error CONFLICT if the name is taken
   */
  public Mono<User> create(ExternalIdentity identity) {
    return transactions.inTx(tx -> create(tx, identity));
  }

  /** The same in a transaction of the caller; {@link #refresh} follows after it. */
  public Mono<User> create(Tx tx, ExternalIdentity identity) {
    return users
        .create(tx, identity)
        .flatMap(user -> events.record(tx, onboarded(identity)).thenReturn(user));
  }

  /** By themselves: whoever logs in for the first time makes their own row. */
  private static Event onboarded(ExternalIdentity identity) {
    return new Event(
        EventType.CREATE_USER,
        identity.username(),
        "",
        Optional.empty(),
        identity.username(),
        "onboarded the user " + identity.username() + " by " + identity.source().label(),
        true);
  }

  /** The user's row, after it says what is true elsewhere now. */
  public Mono<User> refresh(User user, ExternalIdentity identity) {
    if (identity.groups().size() > MAX_GROUPS) {
      return Mono.error(
          new RegistryException(
              ErrorCode.DENIED,
              identity.username()
                  + " is in more than "
                  + MAX_GROUPS
                  + " groups; narrow them by the group filter or base"));
    }
    return isCurrent(user, identity)
        .flatMap(current -> current ? Mono.just(user) : rewrite(user, identity));
  }

  private Mono<Boolean> isCurrent(User user, ExternalIdentity identity) {
    if (user.administersByGroup() != identity.administers()) {
      return Mono.just(false);
    }
    return groups
        .findAll(identity.groups())
        .filter(rows -> rows.size() == Set.copyOf(identity.groups()).size())
        .flatMap(rows -> groups.groupsOf(user.id()).map(held -> held.equals(numbers(rows))))
        .defaultIfEmpty(false);
  }

  private Mono<User> rewrite(User user, ExternalIdentity identity) {
    return transactions
        .inTx(tx -> write(tx, user, identity))
        .doOnTerminate(() -> authorizer.forgetRoles())
        .then(Mono.defer(() -> users.find(user.id())));
  }

  private Mono<Boolean> write(Tx tx, User user, ExternalIdentity identity) {
    return groups
        .ensure(tx, identity.groups())
        .flatMap(rows ->
            groups
                .replaceMemberships(tx, user.id(), numbers(rows))
                .then(
                    Mono.defer(
                        () -> users.setAdministersByGroup(tx, user.id(), identity.administers())))
                .thenReturn(true));
  }

  private static Set<Long> numbers(List<UserGroup> rows) {
    return rows.stream().map(UserGroup::id).collect(Collectors.toUnmodifiableSet());
  }

  private static RegistryException taken(ExternalIdentity identity) {
    return new RegistryException(
        ErrorCode.CONFLICT,
        "the user name '" + identity.username() + "' belongs to a user who logs in another way");
  }
}
