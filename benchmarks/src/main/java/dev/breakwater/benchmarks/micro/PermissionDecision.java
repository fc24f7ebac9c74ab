package dev.breakwater.benchmarks.micro;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.RobotAccess;
import dev.breakwater.core.access.Role;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.permission.InMemoryRoleRepository;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.InMemoryProjectRepository;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectName;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import reactor.core.publisher.Mono;

/** Whether somebody may do something, with roles and projects in the cache: at most 2 µs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PermissionDecision {
  private static final Permission READ = Permission.of(Resource.MEMBER, Verb.READ);
  private static final Permission PUSH = Permission.of(Resource.REPOSITORY, Verb.PUSH);
  private static final Set<Action> PULL_AND_PUSH = Set.of(Action.PULL, Action.PUSH);
  private static final long ALICE = 7;

  private final InMemoryProjectRepository projects = new InMemoryProjectRepository();
  private final InMemoryRoleRepository roles = new InMemoryRoleRepository();
  private final Authorizer authorizer = new Authorizer(projects, roles, () -> Mono.just(true));
  private final Project project =
      Objects.requireNonNull(projects.create(ProjectName.parse("team"), false, 1).block());
  private final RepositoryName repository = RepositoryName.parse("team/app");
  private final Caller user =
      Caller.of(new Principal.User(ALICE, "alice", false), Credential.PASSWORD);
  private final Caller robot =
      Caller.of(
          new Principal.Robot(
              3,
              "robot$team+ci",
              Optional.of(project.id()),
              new RobotAccess(Set.of(), Set.of(), Map.of(project.id(), Set.of(PUSH)))),
          Credential.ROBOT_SECRET);

  public PermissionDecision() {
    roles.set(ALICE, project.id(), Set.of(Role.DEVELOPER));
  }

  @Benchmark
  public @Nullable Boolean userInAProject() {
    return authorizer.allows(user, project, READ).block();
  }

  @Benchmark
  public @Nullable Project userPushesToARepository() {
    return authorizer.require(user, repository, PULL_AND_PUSH).block();
  }

  @Benchmark
  public @Nullable Project robotPushesToARepository() {
    return authorizer.require(robot, repository, PULL_AND_PUSH).block();
  }
}
