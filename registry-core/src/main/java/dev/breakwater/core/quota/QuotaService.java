package dev.breakwater.core.quota;

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
import dev.breakwater.core.transaction.Transactions;
import reactor.core.publisher.Mono;

/** Shows and changes quotas. */
public final class QuotaService {
  private static final Permission LIST = Permission.of(Resource.QUOTA, Verb.LIST);
  private static final Permission READ = Permission.of(Resource.QUOTA, Verb.READ);
  private static final Permission UPDATE = Permission.of(Resource.QUOTA, Verb.UPDATE);

  private final Authorizer authorizer;
  private final QuotaRepository quotas;
  private final ProjectSpace space;
  private final Transactions transactions;
  private final EventRecorder events;

  public QuotaService(
      Authorizer authorizer,
      QuotaRepository quotas,
      ProjectSpace space,
      Transactions transactions,
      EventRecorder events) {
    this.authorizer = authorizer;
    this.quotas = quotas;
    this.space = space;
    this.transactions = transactions;
    this.events = events;
  }

  /** One page. */
  public Mono<Slice<Quota>> list(Caller caller, ListRequest request) {
    return authorizer.requireInSystem(caller, LIST).then(Mono.defer(() -> quotas.list(request)));
  }

  /**
   * @throws RegistryException (as error signal) NOT_FOUND
   */
  public Mono<Quota> get(Caller caller, long id) {
    return authorizer
        .requireInSystem(caller, READ)
        .then(Mono.defer(() -> quotas.find(id)))
        .switchIfEmpty(Mono.error(() -> notFound(id)));
  }

  /**
   * Changes a limit. One below what is used already keeps everything and lets nothing more in.
   *
   * @param limit in bytes, above 0, or {@link Quota#UNLIMITED}
   * @throws RegistryException (as error signal) NOT_FOUND, BAD_REQUEST
   */
  public Mono<Void> setLimit(Caller caller, long id, long limit) {
    return authorizer
        .requireInSystem(caller, UPDATE)
        .then(Mono.defer(() -> requirePossible(limit)))
        .then(Mono.defer(() -> quotas.find(id)))
        .switchIfEmpty(Mono.error(() -> notFound(id)))
        .flatMap(quota -> store(caller, quota, limit))
        .doOnTerminate(() -> space.forget(id));
  }

  private Mono<Void> store(Caller caller, Quota quota, long limit) {
    return transactions
        .inTx(tx ->
            quotas
                .setLimit(tx, quota.projectId(), limit)
                .delayUntil(_ ->
                    events.record(
                        tx,
                        Event.of(
                                EventType.UPDATE_PROJECT,
                                caller,
                                quota.projectName(),
                                "change the quota of project "
                                    + quota.projectName()
                                    + " to "
                                    + (limit == Quota.UNLIMITED
                                        ? "unlimited"
                                        : ProjectSpace.size(limit)))
                            .in(quota.projectId()))))
        .then();
  }

  private static Mono<Void> requirePossible(long limit) {
    return limit == Quota.UNLIMITED || limit > 0
        ? Mono.empty()
        : Mono.error(
            new RegistryException(
                ErrorCode.BAD_REQUEST,
                "the storage quota is "
                    + limit
                    + "; it must be -1 for no limit, or a number of bytes above 0"));
  }

  private static RegistryException notFound(long id) {
    return new RegistryException(ErrorCode.NOT_FOUND, "there is no quota " + id);
  }
}
