package dev.breakwater.core.group;

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
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** What can be done with groups as such. */
public final class GroupService {
  private static final Permission CREATE = Permission.of(Resource.USER_GROUP, Verb.CREATE);
  private static final Permission READ = Permission.of(Resource.USER_GROUP, Verb.READ);
  private static final Permission UPDATE = Permission.of(Resource.USER_GROUP, Verb.UPDATE);
  private static final Permission DELETE = Permission.of(Resource.USER_GROUP, Verb.DELETE);
  private static final Permission LIST = Permission.of(Resource.USER_GROUP, Verb.LIST);

  private final GroupRepository groups;
  private final GroupDirectory directory;
  private final Authorizer authorizer;
  private final Transactions transactions;
  private final EventRecorder events;

  public GroupService(
      GroupRepository groups,
      GroupDirectory directory,
      Authorizer authorizer,
      Transactions transactions,
      EventRecorder events) {
    this.groups = groups;
    this.directory = directory;
    this.authorizer = authorizer;
    this.transactions = transactions;
    this.events = events;
  }

  /** A part of all groups. */
  public Mono<Slice<UserGroup>> list(
      Caller caller, String namePart, Optional<String> ldapDn, int offset, int limit) {
    return authorizer
        .requireInSystem(caller, LIST)
        .then(Mono.defer(() -> normalised(ldapDn)))
        .flatMap(dn -> groups.list(namePart, dn, offset, limit));
  }

  /** A part of the groups that have this in their name, for whoever is logged in: members. */
  public Mono<Slice<UserGroup>> search(Caller caller, String namePart, int offset, int limit) {
    return caller.isAnonymous()
        ? Mono.error(new RegistryException(ErrorCode.UNAUTHORIZED, "log in to search for groups"))
        : groups.list(namePart, Optional.empty(), offset, limit);
  }

  public Mono<UserGroup> find(Caller caller, long id) {
    return authorizer.requireInSystem(caller, READ).then(Mono.defer(() -> existing(id)));
  }

  /**
   * Creates a group.
   *
   * @param ldapDn as the directory writes it; empty for a group of no directory
   * @return an error CONFLICT if there is one of this name or distinguished name
   */
  public Mono<UserGroup> create(Caller caller, String name, GroupKind kind, String ldapDn) {
    return authorizer
        .requireInSystem(caller, CREATE)
        .then(
            Mono.defer(() ->
                kind == GroupKind.LDAP && !ldapDn.isBlank()
                    ? directory.normalise(ldapDn)
                    : Mono.just(ldapDn)))
        .map(dn -> new NewGroup(name, kind, dn))
        .flatMap(group -> transactions.inTx(tx -> create(tx, caller, group)));
  }

  private Mono<UserGroup> create(Tx tx, Caller caller, NewGroup wanted) {
    return groups
        .create(tx, wanted)
        .flatMap(group ->
            events
                .record(
                    tx,
                    Event.of(
                        EventType.CREATE_USER_GROUP,
                        caller,
                        group.name(),
                        "created the group " + group.name()))
                .thenReturn(group));
  }

  /** Gives the group another name. */
  public Mono<Void> rename(Caller caller, long id, String name) {
    return authorizer
        .requireInSystem(caller, UPDATE)
        .then(Mono.defer(() -> existing(id)))
        .doOnNext(_ -> NewGroup.requireName(name))
        .flatMap(group -> transactions.inTx(tx -> rename(tx, caller, group, name)))
        .then();
  }

  private Mono<Boolean> rename(Tx tx, Caller caller, UserGroup group, String name) {
    Event event =
        Event.of(
            EventType.UPDATE_USER_GROUP,
            caller,
            name,
            "renamed the group " + group.name() + " to " + name);
    return groups
        .rename(tx, group.id(), name)
        .flatMap(_ -> events.record(tx, event).thenReturn(true));
  }

  /** Deletes the group; what its members could do through it ends. */
  public Mono<Void> delete(Caller caller, long id) {
    return authorizer
        .requireInSystem(caller, DELETE)
        .then(Mono.defer(() -> existing(id)))
        .flatMap(group -> transactions.inTx(tx -> delete(tx, caller, group)))
        .doOnTerminate(() -> authorizer.forgetRoles())
        .then();
  }

  private Mono<Boolean> delete(Tx tx, Caller caller, UserGroup group) {
    Event event =
        Event.of(
            EventType.DELETE_USER_GROUP, caller, group.name(), "deleted the group " + group.name());
    return groups.delete(tx, group.id()).flatMap(_ -> events.record(tx, event).thenReturn(true));
  }

  private Mono<UserGroup> existing(long id) {
    return groups
        .find(id)
        .switchIfEmpty(
            Mono.error(
                () -> new RegistryException(ErrorCode.NOT_FOUND, "there is no user group " + id)));
  }

  private Mono<Optional<String>> normalised(Optional<String> ldapDn) {
    return ldapDn
        .map(dn -> directory.normalise(dn).map(Optional::of))
        .orElse(Mono.just(Optional.empty()));
  }
}
