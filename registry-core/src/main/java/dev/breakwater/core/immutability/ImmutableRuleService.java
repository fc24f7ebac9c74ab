package dev.breakwater.core.immutability;

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
import dev.breakwater.core.project.Project;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** The immutable tag rules of projects. */
public final class ImmutableRuleService {
  /** Each push looks at all of them. */
  static final int MAX_RULES = 15;

  private static final Permission LIST = Permission.of(Resource.IMMUTABLE_TAG, Verb.LIST);
  private static final Permission CREATE = Permission.of(Resource.IMMUTABLE_TAG, Verb.CREATE);
  private static final Permission UPDATE = Permission.of(Resource.IMMUTABLE_TAG, Verb.UPDATE);
  private static final Permission DELETE = Permission.of(Resource.IMMUTABLE_TAG, Verb.DELETE);

  private final ImmutableRuleRepository rules;
  private final Authorizer authorizer;
  private final Transactions transactions;
  private final EventRecorder events;

  public ImmutableRuleService(
      ImmutableRuleRepository rules,
      Authorizer authorizer,
      Transactions transactions,
      EventRecorder events) {
    this.rules = rules;
    this.authorizer = authorizer;
    this.transactions = transactions;
    this.events = events;
  }

  /** One page of the project's rules. */
  public Mono<Slice<ImmutableRule>> list(Caller caller, Project project, ListRequest request) {
    return authorizer
        .require(caller, project, LIST)
        .then(Mono.defer(() -> rules.list(project.id(), request)));
  }

  /**
   * Adds a rule; answers its number.
   *
   * @throws RegistryException (as error signal) BAD_REQUEST if the project has {@value #MAX_RULES}
   *     already, CONFLICT if it has the same one
   */
  public Mono<Long> create(Caller caller, Project project, ImmutableRule rule) {
    return authorizer
        .require(caller, project, CREATE)
        .then(
            transactions.inTx(tx ->
                rules
                    .lock(tx, project.id())
                    .doOnNext(known -> requireRoom(project, known))
                    .doOnNext(known -> requireNew(known, rule))
                    .flatMap(_ -> rules.create(tx, project.id(), rule))
                    .delayUntil(
                        id -> record(tx, EventType.CREATE_IMMUTABLE_RULE, caller, project, id))));
  }

  private static void requireRoom(Project project, ImmutabilityRules known) {
    if (known.rules().size() >= MAX_RULES) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "the project "
              + project.name()
              + " has "
              + MAX_RULES
              + " immutable tag rules, which are the most; delete or change one");
    }
  }

  private static void requireNew(ImmutabilityRules known, ImmutableRule rule) {
    known.rules().stream()
        .filter(other -> other.id() != rule.id())
        .filter(other -> other.repositories().equals(rule.repositories()))
        .filter(other ->
            other.tags().pattern().equals(rule.tags().pattern())
                && other.tags().excluding() == rule.tags().excluding())
        .findFirst()
        .ifPresent(other -> {
          throw new RegistryException(
              ErrorCode.CONFLICT, "the rule " + other.id() + " says the same already");
        });
  }

  /**
   * Changes a rule.
   *
   * @throws RegistryException (as error signal) NOT_FOUND if the project has no such rule, CONFLICT
   *     if another one says the same
   */
  public Mono<Void> update(Caller caller, Project project, ImmutableRule rule) {
    return authorizer
        .require(caller, project, UPDATE)
        .then(
            change(
                caller,
                project,
                rule.id(),
                EventType.UPDATE_IMMUTABLE_RULE,
                tx ->
                    rules
                        .lock(tx, project.id())
                        .doOnNext(known -> requireNew(known, rule))
                        .flatMap(_ -> rules.update(tx, project.id(), rule))));
  }

  /**
   * Deletes a rule; its tags are free at once.
   *
   * @throws RegistryException (as error signal) NOT_FOUND if the project has no such rule
   */
  public Mono<Void> delete(Caller caller, Project project, long id) {
    return authorizer
        .require(caller, project, DELETE)
        .then(
            change(
                caller,
                project,
                id,
                EventType.DELETE_IMMUTABLE_RULE,
                tx -> rules.delete(tx, project.id(), id)));
  }

  private Mono<Void> change(
      Caller caller, Project project, long id, EventType type, Function<Tx, Mono<Boolean>> work) {
    return transactions.inTx(tx ->
        work.apply(tx)
            .filter(changed -> changed)
            .switchIfEmpty(
                Mono.error(() ->
                    new RegistryException(
                        ErrorCode.NOT_FOUND,
                        "immutable tag rule " + id + " of " + project.name() + " not found")))
            .then(Mono.defer(() -> record(tx, type, caller, project, id))));
  }

  private Mono<Void> record(Tx tx, EventType type, Caller caller, Project project, long id) {
    return events.record(
        tx,
        Event.of(
                type,
                caller,
                project.name().value(),
                type.operation() + " immutable tag rule " + id + " of " + project.name())
            .in(project.id()));
  }
}
