package dev.breakwater.core.federation;

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
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.robot.RobotRepository;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** What administrators can do with federation rules. */
public final class FederationService {
  private final FederationRepository federations;
  private final RobotRepository robots;
  private final Authorizer authorizer;
  private final Transactions transactions;
  private final EventRecorder events;
  private final KeySetCheck keys;
  private final Runnable forget;

  /**
   * @param forget is run after each change, so that it counts on this replica at once
   */
  public FederationService(
      FederationRepository federations,
      RobotRepository robots,
      Authorizer authorizer,
      Transactions transactions,
      EventRecorder events,
      KeySetCheck keys,
      Runnable forget) {
    this.federations = federations;
    this.robots = robots;
    this.authorizer = authorizer;
    this.transactions = transactions;
    this.events = events;
    this.keys = keys;
    this.forget = forget;
  }

  public Mono<Slice<Federation>> list(Caller caller, ListRequest request) {
    return require(caller, Verb.LIST).then(Mono.defer(() -> federations.list(request)));
  }

  public Mono<Federation> find(Caller caller, long id) {
    return existing(caller, id, Verb.READ);
  }

  public Mono<Federation> create(Caller caller, FederationTerms terms) {
    return require(caller, Verb.CREATE)
        .then(Mono.defer(() -> check(terms)))
        .then(
            Mono.defer(() ->
                transactions.inTx(tx ->
                    federations
                        .create(tx, terms)
                        .flatMap(made ->
                            record(tx, EventType.CREATE_FEDERATION, caller, "created", terms)
                                .thenReturn(made)))))
        .doOnTerminate(() -> forget.run());
  }

  public Mono<Void> update(Caller caller, long id, FederationTerms terms) {
    return existing(caller, id, Verb.UPDATE)
        .flatMap(_ -> check(terms).thenReturn(true))
        .flatMap(_ ->
            change(
                caller,
                EventType.UPDATE_FEDERATION,
                "updated",
                id,
                terms,
                tx -> federations.update(tx, id, terms)));
  }

  public Mono<Void> delete(Caller caller, long id) {
    return existing(caller, id, Verb.DELETE)
        .flatMap(found ->
            change(
                caller,
                EventType.DELETE_FEDERATION,
                "deleted",
                id,
                found.terms(),
                tx -> federations.delete(tx, id)));
  }

  private Mono<Void> change(
      Caller caller,
      EventType type,
      String done,
      long id,
      FederationTerms terms,
      Function<Tx, Mono<Boolean>> work) {
    return transactions
        .inTx(tx ->
            work.apply(tx)
                .filter(found -> found)
                .switchIfEmpty(Mono.error(() -> unknown(id)))
                .then(Mono.defer(() -> record(tx, type, caller, done, terms)))
                .thenReturn(true))
        .doOnTerminate(() -> forget.run())
        .then();
  }

  private Mono<Void> record(
      Tx tx, EventType type, Caller caller, String done, FederationTerms terms) {
    return events.record(
        tx, Event.of(type, caller, terms.name(), done + " federation " + terms.name()));
  }

  private Mono<Void> check(FederationTerms terms) {
    if (!terms.jwks().isEmpty()) {
      keys.require(terms.jwks());
    }
    return robots
        .find(terms.robotId())
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.BAD_REQUEST, "there is no robot " + terms.robotId())))
        .then();
  }

  private Mono<Federation> existing(Caller caller, long id, Verb verb) {
    return require(caller, verb)
        .then(Mono.defer(() -> federations.find(id)))
        .switchIfEmpty(Mono.error(() -> unknown(id)));
  }

  private Mono<Void> require(Caller caller, Verb verb) {
    return authorizer.requireInSystem(caller, Permission.of(Resource.FEDERATION, verb));
  }

  private static RegistryException unknown(long id) {
    return new RegistryException(ErrorCode.NOT_FOUND, "federation " + id + " not found");
  }
}
