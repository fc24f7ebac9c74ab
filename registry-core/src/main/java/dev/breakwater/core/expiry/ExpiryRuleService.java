package dev.breakwater.core.expiry;

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

/** The expiry rules of projects; whoever may set up retention may set them up. */
public final class ExpiryRuleService {
  /** Each push looks at all of them. */
  static final int MAX_RULES = 15;

  private final ExpiryRuleRepository rules;
  private final KnownExpiryRules known;
  private final Authorizer authorizer;
  private final Transactions transactions;
  private final EventRecorder events;

  public ExpiryRuleService(
      ExpiryRuleRepository rules,
      KnownExpiryRules known,
      Authorizer authorizer,
      Transactions transactions,
      EventRecorder events) {
    this.rules = rules;
    this.known = known;
    this.authorizer = authorizer;
    this.transactions = transactions;
    this.events = events;
  }

  /** One page of the project's rules. */
  public Mono<Slice<ExpiryRule>> list(Caller caller, Project project, ListRequest request) {
    return require(caller, project, Verb.LIST)
        .then(Mono.defer(() -> rules.list(project.id(), request)));
  }

  /**
   * @throws RegistryException (as error signal) NOT_FOUND
   */
  public Mono<ExpiryRule> get(Caller caller, Project project, long id) {
    return require(caller, project, Verb.READ)
        .then(Mono.defer(() -> rules.find(project.id(), id)))
        .switchIfEmpty(Mono.error(() -> notFound(project, id)));
  }

  /**
   * Adds a rule, which counts for what is pushed from now on; answers its number.
   *
   * @throws RegistryException (as error signal) BAD_REQUEST if the project has {@value #MAX_RULES}
   *     already, CONFLICT if it has one for the same tags
   */
  public Mono<Long> create(Caller caller, Project project, ExpiryRule rule) {
    return require(caller, project, Verb.CREATE)
        .then(
            transactions.inTx(tx ->
                rules
                    .lock(tx, project.id())
                    .doOnNext(all -> requireRoom(project, all))
                    .doOnNext(all -> requireNew(all, rule))
                    .flatMap(_ -> rules.create(tx, project.id(), rule))
                    .delayUntil(
                        id -> record(tx, EventType.CREATE_EXPIRY_RULE, caller, project, id))))
        .doOnNext(_ -> known.forget(project.id()));
  }

  private static void requireRoom(Project project, ExpiryRules all) {
    if (all.rules().size() >= MAX_RULES) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "the project "
              + project.name()
              + " has "
              + MAX_RULES
              + " expiry rules, which are the most; delete or change one");
    }
  }

  private static void requireNew(ExpiryRules all, ExpiryRule rule) {
    all.rules().stream()
        .filter(other -> other.id() != rule.id() && other.saysTheSameAs(rule))
        .findFirst()
        .ifPresent(other -> {
          throw new RegistryException(
              ErrorCode.CONFLICT, "the rule " + other.id() + " is for the same tags already");
        });
  }

  /**
   * Changes a rule. What was pushed by the old one is looked at by the new one when its time has
   * come.
   *
   * @throws RegistryException (as error signal) NOT_FOUND, CONFLICT
   */
  public Mono<Void> update(Caller caller, Project project, ExpiryRule rule) {
    return require(caller, project, Verb.UPDATE)
        .then(
            change(
                caller,
                project,
                rule.id(),
                EventType.UPDATE_EXPIRY_RULE,
                tx ->
                    rules
                        .lock(tx, project.id())
                        .doOnNext(all -> requireNew(all, rule))
                        .flatMap(_ -> rules.update(tx, project.id(), rule))));
  }

  /**
   * Deletes a rule; what was to end by it lives on.
   *
   * @throws RegistryException (as error signal) NOT_FOUND
   */
  public Mono<Void> delete(Caller caller, Project project, long id) {
    return require(caller, project, Verb.DELETE)
        .then(
            change(
                caller,
                project,
                id,
                EventType.DELETE_EXPIRY_RULE,
                tx -> rules.delete(tx, project.id(), id)));
  }

  private Mono<Void> change(
      Caller caller, Project project, long id, EventType type, Function<Tx, Mono<Boolean>> work) {
    return transactions
        .inTx(tx ->
            work.apply(tx)
                .filter(changed -> changed)
                .switchIfEmpty(Mono.error(() -> notFound(project, id)))
                .delayUntil(_ -> record(tx, type, caller, project, id)))
        .doOnNext(_ -> known.forget(project.id()))
        .then();
  }

  private Mono<Void> require(Caller caller, Project project, Verb verb) {
    return authorizer.require(caller, project, Permission.of(Resource.TAG_RETENTION, verb));
  }

  private static RegistryException notFound(Project project, long id) {
    return new RegistryException(
        ErrorCode.NOT_FOUND, "expiry rule " + id + " of " + project.name() + " not found");
  }

  private Mono<Void> record(Tx tx, EventType type, Caller caller, Project project, long id) {
    return events.record(
        tx,
        Event.of(
                type,
                caller,
                project.name().value(),
                type.operation() + " expiry rule " + id + " of " + project.name())
            .in(project.id()));
  }
}
