package dev.breakwater.core.robot;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.ProjectRepository;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.secret.GeneratedSecret;
import dev.breakwater.core.secret.PasswordRule;
import dev.breakwater.core.secret.SecretHashing;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * What can be done with robots. Those of a project are the business of whoever administers the
 * project; those of the system, which may reach into every project, of system administrators. A
 * robot makes others only within its own rights.
 */
public final class RobotService {
  /** Ten thousand years: beyond it the database has no time. */
  private static final int MAX_DAYS = 3_650_000;

  private final RobotRepository robots;
  private final ProjectRepository projects;
  private final Authorizer authorizer;
  private final Transactions transactions;
  private final EventRecorder events;
  private final SecretHashing hashing;
  private final RobotWatch watch;
  private final Mono<IdentityRules> rules;
  private final RobotBlocks blocks;
  private final Clock clock;

  /**
   * @param watch is told of each change, so that it counts on this replica at once
   */
  public RobotService(
      RobotRepository robots,
      ProjectRepository projects,
      Authorizer authorizer,
      Transactions transactions,
      EventRecorder events,
      SecretHashing hashing,
      RobotWatch watch,
      Mono<IdentityRules> rules,
      Clock clock) {
    this.robots = robots;
    this.projects = projects;
    this.authorizer = authorizer;
    this.transactions = transactions;
    this.events = events;
    this.hashing = hashing;
    this.watch = watch;
    this.rules = rules;
    this.blocks = new RobotBlocks(projects);
    this.clock = clock;
  }

  /** The prefix of log-in names. */
  public Mono<String> prefix() {
    return rules.map(IdentityRules::robotNamePrefix);
  }

  /** Makes a robot with a secret that is made up. */
  public Mono<CreatedRobot> create(Caller caller, RobotRequest request) {
    String secret = GeneratedSecret.next();
    return Mono.defer(() -> {
      if (caller.isAnonymous()) {
        throw Authorizer.loginFirst(permission(Verb.CREATE));
      }
      RobotNames.require(request.name());
      boolean ofProject = isOfProject(request.level());
      return blocks
          .resolve(request)
          .flatMap(resolved ->
              require(caller, owner(ofProject, resolved), Verb.CREATE)
                  .then(Mono.fromRunnable(() -> requireWithin(caller, resolved)))
                  .then(Mono.zip(rules, hashing.hashGenerated(secret)))
                  .flatMap(both ->
                      insert(
                              caller,
                              fresh(
                                  caller, request, resolved, ofProject, both.getT1(), both.getT2()))
                          .map(robot ->
                              new CreatedRobot(
                                  robot, both.getT1().robotNamePrefix() + robot.name(), secret))));
    });
  }

  /** The robot; DENIED if it is not the caller's business. */
  public Mono<Robot> find(Caller caller, long id) {
    return existing(caller, id, Verb.READ);
  }

  /** Robots of the system, or of a project. */
  public Mono<Slice<Robot>> list(Caller caller, Optional<Long> projectId, ListRequest request) {
    return require(caller, projectId, Verb.LIST)
        .then(Mono.defer(() -> robots.list(projectId, request)));
  }

  /** Changes everything but name, level and secret. */
  public Mono<Void> update(Caller caller, long id, RobotRequest request) {
    return existing(caller, id, Verb.UPDATE)
        .flatMap(robot ->
            rules.flatMap(rule -> {
              requireSame(robot, request, rule);
              return blocks
                  .resolve(request)
                  .flatMap(resolved -> update(caller, robot, request, resolved));
            }));
  }

  /**
   * Gives the robot another secret.
   *
   * @param wanted empty: one is made up
   * @return the secret
   */
  public Mono<String> changeSecret(Caller caller, long id, Optional<String> wanted) {
    return existing(caller, id, Verb.UPDATE)
        .flatMap(robot -> {
          wanted.ifPresent(PasswordRule::require);
          String secret = wanted.orElseGet(GeneratedSecret::next);
          Mono<String> hash =
              wanted.isPresent() ? hashing.hash(secret) : hashing.hashGenerated(secret);
          return hash.flatMap(hashed ->
                  change(
                      caller,
                      robot,
                      EventType.UPDATE_ROBOT,
                      "changed the secret of robot ",
                      tx -> robots.changeSecret(tx, id, hashed)))
              .thenReturn(secret);
        });
  }

  public Mono<Void> delete(Caller caller, long id) {
    return existing(caller, id, Verb.DELETE)
        .flatMap(robot ->
            change(
                caller,
                robot,
                EventType.DELETE_ROBOT,
                "deleted robot ",
                tx -> robots.delete(tx, id)));
  }

  private NewRobot fresh(
      Caller caller,
      RobotRequest request,
      List<RobotBlock> resolved,
      boolean ofProject,
      IdentityRules rule,
      String hash) {
    int days = days(request.days().orElse((long) rule.robotDays()));
    Optional<RobotScope.OneProject> project =
        ofProject && resolved.getFirst().scope() instanceof RobotScope.OneProject one
            ? Optional.of(one)
            : Optional.empty();
    return new NewRobot(
        RobotNames.stored(request.name(), project.map(RobotScope.OneProject::name)),
        project.map(RobotScope.OneProject::id),
        request.description(),
        days,
        end(clock.instant(), days),
        request.disabled(),
        creator(caller),
        resolved,
        hash);
  }

  private Mono<Robot> insert(Caller caller, NewRobot robot) {
    return transactions.inTx(tx ->
        robots
            .create(tx, robot)
            .flatMap(stored ->
                events
                    .record(tx, event(EventType.CREATE_ROBOT, caller, stored, "created robot "))
                    .thenReturn(stored)));
  }

  private Mono<Void> update(
      Caller caller, Robot robot, RobotRequest request, List<RobotBlock> resolved) {
    if (!owner(robot.projectId().isPresent(), resolved).equals(robot.projectId())) {
      throw bad("a robot of a project keeps its project");
    }
    requireWithin(caller, resolved);
    int days = request.days().map(RobotService::days).orElse(robot.days());
    Optional<Instant> end = days == robot.days() ? robot.expiresAt() : end(robot.createdAt(), days);
    return change(
        caller,
        robot,
        EventType.UPDATE_ROBOT,
        "updated robot ",
        tx ->
            robots.update(
                tx, robot.id(), request.description(), request.disabled(), days, end, resolved));
  }

  private Mono<Void> change(
      Caller caller, Robot robot, EventType type, String done, Function<Tx, Mono<Boolean>> work) {
    return transactions
        .inTx(tx ->
            work.apply(tx)
                .filter(found -> found)
                .switchIfEmpty(Mono.error(() -> unknown(robot.id())))
                .then(Mono.defer(() -> events.record(tx, event(type, caller, robot, done))))
                .thenReturn(true))
        .doOnTerminate(() -> watch.changed(robot))
        .then();
  }

  private static Event event(EventType type, Caller caller, Robot robot, String done) {
    Event event = Event.of(type, caller, robot.name(), done + robot.name());
    return robot.projectId().map(event::in).orElse(event);
  }

  private Mono<Robot> existing(Caller caller, long id, Verb verb) {
    if (caller.isAnonymous()) {
      return Mono.error(() -> Authorizer.loginFirst(permission(verb)));
    }
    return robots
        .find(id)
        .switchIfEmpty(Mono.error(() -> unknown(id)))
        .flatMap(robot -> require(caller, robot.projectId(), verb).thenReturn(robot));
  }

  private Mono<Void> require(Caller caller, Optional<Long> projectId, Verb verb) {
    Permission permission = permission(verb);
    if (caller.isAnonymous()) {
      return Mono.error(() -> Authorizer.loginFirst(permission));
    }
    return projectId
        .map(id ->
            projects
                .findById(id)
                .switchIfEmpty(
                    Mono.error(() ->
                        new RegistryException(ErrorCode.NOT_FOUND, "project " + id + " not found")))
                .flatMap(project -> authorizer.require(caller, project, permission)))
        .orElseGet(() -> authorizer.requireInSystem(caller, permission));
  }

  private static Permission permission(Verb verb) {
    return Permission.of(Resource.ROBOT, verb);
  }

  /** A robot hands on only what it has itself. */
  private static void requireWithin(Caller caller, List<RobotBlock> resolved) {
    if (caller.principal() instanceof Principal.Robot robot
        && !RobotBlock.access(resolved).isWithin(robot.access())) {
      throw new RegistryException(
          ErrorCode.DENIED,
          "permission scope is invalid: it must be equal to or more restrictive than that of "
              + robot.name());
    }
  }

  private static void requireSame(Robot robot, RobotRequest request, IdentityRules rule) {
    boolean ofProject = isOfProject(request.level());
    String full = rule.robotNamePrefix() + robot.name();
    String last = robot.name().substring(robot.name().indexOf('+') + 1);
    boolean sameName = new HashSet<>(List.of(full, robot.name(), last)).contains(request.name());
    if (ofProject != robot.projectId().isPresent() || !sameName) {
      throw bad("cannot update the level or name of robot " + full);
    }
  }

  private static boolean isOfProject(String level) {
    return switch (level) {
      case "project" -> true;
      case "system" -> false;
      default ->
          throw bad("level '" + Printable.shorten(level) + "' is neither system nor project");
    };
  }

  private static Optional<Long> owner(boolean ofProject, List<RobotBlock> resolved) {
    return ofProject && resolved.getFirst().scope() instanceof RobotScope.OneProject project
        ? Optional.of(project.id())
        : Optional.empty();
  }

  private static int days(long days) {
    if (days != -1 && (days < 1 || days >= Integer.MAX_VALUE)) {
      throw bad("duration is " + days + "; it must be -1 (never expires) or a number of days");
    }
    return (int) days;
  }

  private static Optional<Instant> end(Instant begin, int days) {
    return days == -1
        ? Optional.empty()
        : Optional.of(begin.plus(Duration.ofDays(Math.min(days, MAX_DAYS))));
  }

  private static RobotCreator creator(Caller caller) {
    return switch (caller.principal()) {
      case Principal.User user -> new RobotCreator(RobotCreator.Kind.LOCAL, user.id());
      case Principal.Robot robot -> new RobotCreator(RobotCreator.Kind.ROBOT, robot.id());
      case Principal.Anonymous _ ->
          throw new RegistryException(ErrorCode.UNAUTHORIZED, "log in to make robots");
    };
  }

  private static RegistryException unknown(long id) {
    return new RegistryException(ErrorCode.NOT_FOUND, "robot " + id + " not found");
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
