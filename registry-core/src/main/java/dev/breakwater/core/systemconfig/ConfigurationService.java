package dev.breakwater.core.systemconfig;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.outbound.AddressRule;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** What administrators see of the settings, and what they change. */
public final class ConfigurationService {
  private static final Permission READ = Permission.of(Resource.CONFIGURATION, Verb.READ);
  private static final Permission UPDATE = Permission.of(Resource.CONFIGURATION, Verb.UPDATE);

  private final StoredConfiguration stored;
  private final ConfigurationRepository rows;
  private final Authorizer authorizer;
  private final Transactions transactions;
  private final EventRecorder events;
  private final AddressRule targets;
  private final Supplier<Mono<Void>> changed;

  /**
   * @param targets where the audit log may go
   * @param changed is told, before the answer, that settings were changed
   */
  public ConfigurationService(
      StoredConfiguration stored,
      ConfigurationRepository rows,
      Authorizer authorizer,
      Transactions transactions,
      EventRecorder events,
      AddressRule targets,
      Supplier<Mono<Void>> changed) {
    this.stored = stored;
    this.rows = rows;
    this.authorizer = authorizer;
    this.transactions = transactions;
    this.events = events;
    this.targets = targets;
    this.changed = changed;
  }

  /** All settings but the secret ones, in their usual order. */
  public Mono<List<Shown>> show(Caller caller) {
    return authorizer
        .requireInSystem(caller, READ)
        .then(Mono.defer(() -> Mono.zip(stored.current(), rows.hasOtherUsers(), this::shown)));
  }

  /** Completes empty when the caller may change settings. */
  public Mono<Void> requireUpdate(Caller caller) {
    return authorizer.requireInSystem(caller, UPDATE);
  }

  /**
   * Changes settings, all or none.
   *
   * @throws RegistryException (as error signal) DENIED for one that the operator fixed, BAD_REQUEST
   *     for the way to log in once there are users, and for a receiver of the audit log that may
   *     not be connected to
   */
  public Mono<Void> update(Caller caller, ConfigurationChange wanted) {
    return requireUpdate(caller)
        .then(Mono.defer(() -> requireFree(wanted)))
        .then(Mono.fromRunnable(() -> requirePermitted(wanted)))
        .then(
            Mono.defer(() -> transactions.inTx(tx -> write(tx, caller, wanted)))
                .doOnTerminate(() -> stored.forget()))
        .then(Mono.defer(changed));
  }

  private Mono<Void> requireFree(ConfigurationChange wanted) {
    List<String> frozen =
        wanted.values().entrySet().stream()
            .filter(entry ->
                stored
                    .fixed(entry.getKey())
                    .filter(value -> !value.equals(entry.getValue()))
                    .isPresent())
            .map(entry -> entry.getKey().key())
            .toList();
    return frozen.isEmpty()
        ? Mono.empty()
        : Mono.error(
            new RegistryException(
                ErrorCode.DENIED,
                String.join(", ", frozen)
                    + " cannot be changed here: the operator set it in the environment"));
  }

  /** Names are looked up when it is connected to; these need not be. */
  private void requirePermitted(ConfigurationChange wanted) {
    String receiver =
        wanted.values().getOrDefault(ConfigurationItem.AUDIT_LOG_FORWARD_ENDPOINT, "");
    if (!receiver.isEmpty()) {
      String url = receiver.contains("://") ? receiver : "tcp://" + receiver;
      String host = String.valueOf(URI.create(url).getHost());
      address(host).ifPresent(address -> targets.require(host, address));
    }
  }

  private static Optional<InetAddress> address(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return Optional.of(InetAddress.getLoopbackAddress());
    }
    try {
      return Optional.of(InetAddress.ofLiteral(host.replace("[", "").replace("]", "")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Mono<Boolean> write(Tx tx, Caller caller, ConfigurationChange wanted) {
    return stored.read().flatMap(before -> write(tx, caller, changes(wanted, before)));
  }

  private Mono<Boolean> write(Tx tx, Caller caller, Map<ConfigurationItem, String> changes) {
    if (changes.isEmpty()) {
      return Mono.just(false);
    }
    String names = new ConfigurationChange(changes).names();
    Event event =
        Event.of(EventType.UPDATE_CONFIGURATION, caller, "configuration", "changed " + names);
    return requireSameMode(tx, changes)
        .then(stored.put(tx, changes))
        .then(Mono.defer(() -> events.record(tx, event)))
        .thenReturn(true);
  }

  private static Map<ConfigurationItem, String> changes(
      ConfigurationChange wanted, Configuration before) {
    Map<ConfigurationItem, String> changes = new EnumMap<>(ConfigurationItem.class);
    wanted
        .values()
        .forEach((item, value) -> {
          if (!value.equals(before.text(item))) {
            changes.put(item, value);
          }
        });
    return changes;
  }

  /** Whoever has a row logs in as it was made: another way would leave them outside, or worse. */
  private Mono<Void> requireSameMode(Tx tx, Map<ConfigurationItem, String> changes) {
    return changes.containsKey(ConfigurationItem.AUTH_MODE)
        ? rows.hasOtherUsers(tx).flatMap(ConfigurationService::requireNone)
        : Mono.empty();
  }

  private static Mono<Void> requireNone(boolean others) {
    return others
        ? Mono.error(
            new RegistryException(
                ErrorCode.BAD_REQUEST,
                "the auth mode cannot be modified as new users have been inserted into database"))
        : Mono.empty();
  }

  private List<Shown> shown(Configuration configuration, boolean otherUsers) {
    List<Shown> shown = new ArrayList<>();
    for (ConfigurationItem item : ConfigurationItem.values()) {
      if (item.listed()) {
        shown.add(new Shown(item, configuration.text(item), isEditable(item, otherUsers)));
      }
    }
    return shown;
  }

  private boolean isEditable(ConfigurationItem item, boolean otherUsers) {
    boolean settled = item == ConfigurationItem.AUTH_MODE && otherUsers;
    return item.changeable() && stored.fixed(item).isEmpty() && !settled;
  }

  /**
   * A setting as administrators see it.
   *
   * @param editable false where the operator fixed it, where nothing can be chosen so far, and for
   *     the way to log in once there are users
   */
  public record Shown(ConfigurationItem item, String value, boolean editable) {}
}
