package dev.breakwater.core.rule;

import dev.breakwater.core.access.Permission;
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
import java.util.List;
import java.util.function.Function;
import java.util.function.LongConsumer;
import reactor.core.publisher.Mono;

/** The rules of projects, of one sort. */
public final class TagRuleService<R extends TagRule> {
  /** Each push looks at all of them. */
  static final int MAX_RULES = 15;

  private final TagRuleKind kind;
  private final TagRuleRepository<R> rules;
  private final LongConsumer changed;
  private final Authorizer authorizer;
  private final Transactions transactions;
  private final EventRecorder events;

  /**
   * @param changed is told the number of each project whose rules have changed
   */
  public TagRuleService(
      TagRuleKind kind,
      TagRuleRepository<R> rules,
      LongConsumer changed,
      Authorizer authorizer,
      Transactions transactions,
      EventRecorder events) {
    this.kind = kind;
    this.rules = rules;
    this.changed = changed;
    this.authorizer = authorizer;
    this.transactions = transactions;
    this.events = events;
  }

  /** One page of the project's rules. */
  public Mono<Slice<R>> list(Caller caller, Project project, ListRequest request) {
    return require(caller, project, Verb.LIST)
        .then(Mono.defer(() -> rules.list(project.id(), request)));
  }

  /**
   * @throws RegistryException (as error signal) NOT_FOUND
   */
  public Mono<R> get(Caller caller, Project project, long id) {
    return require(caller, project, Verb.READ)
        .then(Mono.defer(() -> rules.find(project.id(), id)))
        .switchIfEmpty(Mono.error(() -> notFound(project, id)));
  }

  /**
   * Adds a rule; answers its number.
   *
   * @throws RegistryException (as error signal) BAD_REQUEST if the project has {@value #MAX_RULES}
   *     already, CONFLICT if it has one for the same tags
   */
  public Mono<Long> create(Caller caller, Project project, R rule) {
    return require(caller, project, Verb.CREATE)
        .then(
            transactions.inTx(tx ->
                rules
                    .lock(tx, project.id())
                    .doOnNext(known -> requireRoom(project, known))
                    .doOnNext(known -> requireNew(known, rule))
                    .flatMap(_ -> rules.create(tx, project.id(), rule))
                    .delayUntil(id -> record(tx, kind.created(), caller, project, id))))
        .doOnNext(_ -> changed.accept(project.id()));
  }

  private void requireRoom(Project project, List<R> known) {
    if (known.size() >= MAX_RULES) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "the project "
              + project.name()
              + " has "
              + MAX_RULES
              + " "
              + kind.name()
              + "s, which are the most; delete or change one");
    }
  }

  private void requireNew(List<R> known, R rule) {
    known.stream()
        .filter(other -> other.repeats(rule))
        .findFirst()
        .ifPresent(other -> {
          throw new RegistryException(
              ErrorCode.CONFLICT, kind.name() + " " + other.id() + " is for the same tags already");
        });
  }

  /**
   * Changes a rule.
   *
   * @throws RegistryException (as error signal) NOT_FOUND if the project has no such rule, CONFLICT
   *     if another one is for the same tags
   */
  public Mono<Void> update(Caller caller, Project project, R rule) {
    return require(caller, project, Verb.UPDATE)
        .then(
            change(
                caller,
                project,
                rule.id(),
                kind.updated(),
                tx ->
                    rules
                        .lock(tx, project.id())
                        .doOnNext(known -> requireNew(known, rule))
                        .flatMap(_ -> rules.update(tx, project.id(), rule))));
  }

  /**
   * Deletes a rule, which counts no longer at once.
   *
   * @throws RegistryException (as error signal) NOT_FOUND if the project has no such rule
   */
  public Mono<Void> delete(Caller caller, Project project, long id) {
    return require(caller, project, Verb.DELETE)
        .then(
            change(caller, project, id, kind.deleted(), tx -> rules.delete(tx, project.id(), id)));
  }

  private Mono<Void> change(
      Caller caller, Project project, long id, EventType type, Function<Tx, Mono<Boolean>> work) {
    return transactions
        .inTx(tx ->
            work.apply(tx)
                .filter(done -> done)
                .switchIfEmpty(Mono.error(() -> notFound(project, id)))
                .delayUntil(_ -> record(tx, type, caller, project, id)))
        .doOnNext(_ -> changed.accept(project.id()))
        .then();
  }

  private Mono<Void> require(Caller caller, Project project, Verb verb) {
    return authorizer.require(caller, project, Permission.of(kind.resource(), verb));
  }

  private RegistryException notFound(Project project, long id) {
    return new RegistryException(
        ErrorCode.NOT_FOUND, kind.name() + " " + id + " of " + project.name() + " not found");
  }

  private Mono<Void> record(Tx tx, EventType type, Caller caller, Project project, long id) {
    return events.record(
        tx,
        Event.of(
                type,
                caller,
                project.name().value(),
                type.operation() + " " + kind.name() + " " + id + " of " + project.name())
            .in(project.id()));
  }
}
