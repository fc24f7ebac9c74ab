package dev.breakwater.core.member;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Role;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.member.Member.Entity;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserRepository;
import reactor.core.publisher.Mono;

/** Who has which role in a project. A change counts at once here and within 4 s elsewhere. */
public final class MemberService {
  private static final Permission LIST = Permission.of(Resource.MEMBER, Verb.LIST);
  private static final Permission READ = Permission.of(Resource.MEMBER, Verb.READ);
  private static final Permission CREATE = Permission.of(Resource.MEMBER, Verb.CREATE);
  private static final Permission UPDATE = Permission.of(Resource.MEMBER, Verb.UPDATE);
  private static final Permission DELETE = Permission.of(Resource.MEMBER, Verb.DELETE);

  private final MemberRepository members;
  private final UserRepository users;
  private final MemberDirectory directory;
  private final Authorizer authorizer;
  private final Transactions transactions;
  private final EventRecorder events;

  public MemberService(
      MemberRepository members,
      UserRepository users,
      MemberDirectory directory,
      Authorizer authorizer,
      Transactions transactions,
      EventRecorder events) {
    this.members = members;
    this.users = users;
    this.directory = directory;
    this.authorizer = authorizer;
    this.transactions = transactions;
    this.events = events;
  }

  /** One page of the project's members. */
  public Mono<Slice<Member>> list(Caller caller, Project project, ListRequest request) {
    return authorizer
        .require(caller, project, LIST)
        .then(Mono.defer(() -> members.list(project.id(), request)));
  }

  /** One member; NOT_FOUND if it is none of this project. */
  public Mono<Member> get(Caller caller, Project project, long memberId) {
    return authorizer
        .require(caller, project, READ)
        .then(Mono.defer(() -> find(project, memberId)));
  }

  /** Adds a member; answers its number. CONFLICT if they are one already. */
  public Mono<Long> add(Caller caller, Project project, Candidate candidate, Role role) {
    return authorizer
        .require(caller, project, CREATE)
        .then(Mono.defer(() -> entity(candidate)))
        .flatMap(entity -> add(caller, project, entity, role))
        .doOnNext(_ -> authorizer.forgetRoles());
  }

  private Mono<Long> add(Caller caller, Project project, Entity entity, Role role) {
    return transactions.inTx(tx ->
        members
            .add(tx, project.id(), entity, role)
            .flatMap(id ->
                events
                    .record(
                        tx,
                        event(
                            EventType.CREATE_MEMBER,
                            caller,
                            project,
                            id,
                            "add " + words(entity) + " as " + role.label()))
                    .thenReturn(id)));
  }

  /** Changes a member's role; NOT_FOUND if it is none of this project. */
  public Mono<Void> changeRole(Caller caller, Project project, long memberId, Role role) {
    return authorizer
        .require(caller, project, UPDATE)
        .then(Mono.defer(() -> find(project, memberId)))
        .flatMap(member ->
            transactions.inTx(tx ->
                members
                    .changeRole(tx, project.id(), memberId, role)
                    .flatMap(changed -> requireFound(changed, memberId))
                    .then(
                        Mono.defer(() ->
                            events.record(
                                tx,
                                event(
                                    EventType.UPDATE_MEMBER,
                                    caller,
                                    project,
                                    memberId,
                                    "make " + member.entityName() + " " + role.label()))))))
        .then(Mono.fromRunnable(authorizer::forgetRoles));
  }

  /** Removes a member; NOT_FOUND if it is none of this project. */
  public Mono<Void> remove(Caller caller, Project project, long memberId) {
    return authorizer
        .require(caller, project, DELETE)
        .then(Mono.defer(() -> find(project, memberId)))
        .flatMap(member ->
            transactions.inTx(tx ->
                members
                    .remove(tx, project.id(), memberId)
                    .flatMap(removed -> requireFound(removed, memberId))
                    .then(
                        Mono.defer(() ->
                            events.record(
                                tx,
                                event(
                                    EventType.DELETE_MEMBER,
                                    caller,
                                    project,
                                    memberId,
                                    "remove " + member.entityName()))))))
        .then(Mono.fromRunnable(authorizer::forgetRoles));
  }

  private Mono<Entity> entity(Candidate candidate) {
    return switch (candidate) {
      case Candidate.UserId(long id) ->
          users
              .find(id)
              .<Entity>map(user -> new Entity.User(user.id()))
              .switchIfEmpty(Mono.error(() -> unknown("user " + id)));
      case Candidate.Username(String name) ->
          users
              .findByUsername(name)
              .map(User::id)
              .switchIfEmpty(Mono.defer(() -> directory.user(name)))
              .<Entity>map(Entity.User::new)
              .switchIfEmpty(Mono.error(() -> unknown("user " + Printable.shorten(name))));
      case Candidate.GroupId(long id) -> Mono.just(new Entity.Group(id));
      case Candidate.GroupDn group -> group(directory.group(group), Printable.shorten(group.dn()));
      case Candidate.GroupName group ->
          group(directory.group(group), Printable.shorten(group.name()));
    };
  }

  private static Mono<Entity> group(Mono<Long> found, String name) {
    return found
        .<Entity>map(Entity.Group::new)
        .switchIfEmpty(Mono.error(() -> unknown("user group " + name)));
  }

  private Mono<Member> find(Project project, long memberId) {
    return members
        .find(project.id(), memberId)
        .switchIfEmpty(Mono.error(() -> unknown("project member " + memberId)));
  }

  private static Mono<Boolean> requireFound(boolean found, long memberId) {
    return found ? Mono.just(true) : Mono.error(unknown("project member " + memberId));
  }

  private static String words(Entity entity) {
    return switch (entity) {
      case Entity.User(long id) -> "user " + id;
      case Entity.Group(long id) -> "group " + id;
    };
  }

  private static Event event(
      EventType type, Caller caller, Project project, long memberId, String description) {
    return Event.of(
            type, caller, "member " + memberId + " of " + project.name().value(), description)
        .in(project.id());
  }

  private static RegistryException unknown(String what) {
    return new RegistryException(ErrorCode.NOT_FOUND, what + " not found");
  }
}
