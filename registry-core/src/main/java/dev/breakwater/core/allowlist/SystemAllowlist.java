package dev.breakwater.core.allowlist;

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
import dev.breakwater.core.transaction.Transactions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The allowlist of the system, which counts for all projects that have none of their own. */
public final class SystemAllowlist {
  /** One list has so many at most. */
  static final int MAX_ITEMS = 10_000;

  private static final Permission UPDATE = Permission.of(Resource.CONFIGURATION, Verb.UPDATE);

  private final AllowlistRepository allowlists;
  private final Authorizer authorizer;
  private final Transactions transactions;
  private final EventRecorder events;

  public SystemAllowlist(
      AllowlistRepository allowlists,
      Authorizer authorizer,
      Transactions transactions,
      EventRecorder events) {
    this.allowlists = allowlists;
    this.authorizer = authorizer;
    this.transactions = transactions;
    this.events = events;
  }

  /** Whoever is logged in may read it. */
  public Mono<CveAllowlist> get(Caller caller) {
    return caller.isAnonymous()
        ? Mono.error(
            () -> new RegistryException(ErrorCode.UNAUTHORIZED, "log in to read the allowlist"))
        : allowlists.find(Optional.empty());
  }

  /** Writes the whole of it; each id once. */
  public Mono<Void> put(Caller caller, List<CveId> items, Optional<Instant> expiresAt) {
    return authorizer
        .requireInSystem(caller, UPDATE)
        .then(Mono.defer(() -> write(caller, unique(items), expiresAt)));
  }

  private Mono<Void> write(Caller caller, List<CveId> items, Optional<Instant> expiresAt) {
    return transactions.inTx(tx ->
        allowlists
            .put(tx, Optional.empty(), items, expiresAt)
            .then(
                events.record(
                    tx,
                    Event.of(
                        EventType.UPDATE_CVE_ALLOWLIST,
                        caller,
                        "system",
                        "write the CVE allowlist of the system: " + items.size() + " items"))));
  }

  /**
   * Each once, in their order.
   *
   * @throws RegistryException BAD_REQUEST if there are more than {@value #MAX_ITEMS}
   */
  public static List<CveId> unique(List<CveId> items) {
    List<CveId> unique = items.stream().distinct().toList();
    if (unique.size() > MAX_ITEMS) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "the allowlist has " + unique.size() + " items; at most " + MAX_ITEMS + " are possible");
    }
    return unique;
  }
}
