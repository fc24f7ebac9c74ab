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
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** What every change of a user has in common: who may, the event, and who is told of it. */
public final class UserChanges {
  private final UserRepository users;
  private final Authorizer authorizer;
  private final Transactions transactions;
  private final EventRecorder events;
  private final UserWatch watch;

  /**
   * @param watch is told of each change, so that it counts on this replica at once
   */
  public UserChanges(
      UserRepository users,
      Authorizer authorizer,
      Transactions transactions,
      EventRecorder events,
      UserWatch watch) {
    this.users = users;
    this.authorizer = authorizer;
    this.transactions = transactions;
    this.events = events;
    this.watch = watch;
  }

  /** Somebody else's row is there for who administers only; they alone learn that there is none. */
  Mono<User> existing(Caller caller, long id, Verb verb) {
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

  /** A row that was not there before. */
  Mono<User> create(Caller caller, Function<Tx, Mono<User>> work) {
    return transactions
        .inTx(tx ->
            work.apply(tx)
                .flatMap(user ->
                    events
                        .record(
                            tx,
                            Event.of(
                                EventType.CREATE_USER,
                                caller,
                                user.username(),
                                "created user " + user.username()))
                        .thenReturn(user)))
        .doOnNext(watch::changed);
  }

  /**
   * A change of a row.
   *
   * @param done what is recorded, followed by the user's name
   * @param work false: there was nothing to change
   */
  Mono<Void> apply(
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

  static void requireLocal(User user) {
    if (user.source() != UserSource.LOCAL) {
      throw new RegistryException(
          ErrorCode.DENIED,
          "user " + user.username() + " is managed by " + user.source().label() + ", not here");
    }
  }
}
