package dev.breakwater.core.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.RobotAccess;
import dev.breakwater.core.access.Role;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.Grants;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.InMemoryProjectRepository;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectName;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

final class AuthorizerTest {
  private static final Permission PULL = Permission.of(Resource.REPOSITORY, Verb.PULL);
  private static final Permission PUSH = Permission.of(Resource.REPOSITORY, Verb.PUSH);
  private static final Permission READ_MEMBERS = Permission.of(Resource.MEMBER, Verb.READ);
  private static final Permission LIST_USERS = Permission.of(Resource.USER, Verb.LIST);
  private static final Caller ALICE =
      Caller.of(new Principal.User(7, "alice", false), Credential.PASSWORD);
  private static final Caller ADMIN =
      Caller.of(new Principal.User(1, "admin", true), Credential.PASSWORD);

  private final InMemoryProjectRepository projects = new InMemoryProjectRepository();
  private final InMemoryRoleRepository roles = new InMemoryRoleRepository();
  private final Project open = create("open", true);
  private final Project closed = create("closed", false);

  @Test
  void letsAnybodyPullFromAPublicProjectAndNobodyPush() {
    Authorizer authorizer = authorizer();

    assertThat(allows(authorizer, Caller.ANONYMOUS, open, PULL)).isTrue();
    assertThat(allows(authorizer, Caller.ANONYMOUS, open, PUSH)).isFalse();
    assertThat(allows(authorizer, Caller.ANONYMOUS, closed, PULL)).isFalse();
    assertThat(allows(authorizer, ALICE, closed, PULL)).isFalse();
  }

  @Test
  void addsUpTheRolesOfAUser() {
    roles.set(7, closed.id(), Set.of(Role.LIMITED_GUEST, Role.DEVELOPER));
    Authorizer authorizer = authorizer();

    assertThat(allows(authorizer, ALICE, closed, PUSH)).isTrue();
    assertThat(allows(authorizer, ALICE, closed, READ_MEMBERS)).isTrue();
    assertThat(authorizer.permissions(ALICE.principal(), closed).block())
        .containsAll(Role.DEVELOPER.permissions())
        .containsAll(Role.LIMITED_GUEST.permissions());
  }

  @Test
  void givesARoleInTheProjectOfTheMembershipOnly() {
    roles.set(7, open.id(), Set.of(Role.PROJECT_ADMIN));

    assertThat(allows(authorizer(), ALICE, closed, PULL)).isFalse();
    assertThat(authorizer().allowsInSystem(ALICE, LIST_USERS)).isFalse();
  }

  @Test
  void letsARobotDoWhatItWasGivenThereAndNothingElse() {
    Caller pusher = robot(new RobotAccess(Set.of(), Set.of(), Map.of(closed.id(), Set.of(PUSH))));
    Caller reader = robot(new RobotAccess(Set.of(LIST_USERS), Set.of(PULL), Map.of()));
    Authorizer authorizer = authorizer();

    assertThat(allows(authorizer, pusher, closed, PUSH)).isTrue();
    assertThat(allows(authorizer, pusher, closed, PULL)).as("push implies pull").isTrue();
    assertThat(allows(authorizer, pusher, closed, READ_MEMBERS)).isFalse();
    assertThat(allows(authorizer, pusher, open, PUSH)).isFalse();
    assertThat(authorizer.allowsInSystem(pusher, LIST_USERS)).isFalse();
    assertThat(allows(authorizer, reader, closed, PULL)).as("every project").isTrue();
    assertThat(authorizer.allowsInSystem(reader, LIST_USERS)).isTrue();
  }

  @Test
  void cutsACallerWithATokenToItsGrantsAndToWhatIsAllowedNow() {
    RepositoryName app = RepositoryName.parse("closed/app");
    RepositoryName other = RepositoryName.parse("closed/other");
    Grants pullsApp = new Grants(Map.of(app, Set.of(Action.PULL)), false);
    Authorizer authorizer = authorizer();

    Caller admin = Caller.withToken(ADMIN.principal(), pullsApp);
    assertThat(authorizer.require(admin, app, Set.of(Action.PULL)).block()).isEqualTo(closed);
    assertRefused(authorizer.require(admin, app, Set.of(Action.PUSH)), ErrorCode.UNAUTHORIZED);
    assertRefused(authorizer.require(admin, other, Set.of(Action.PULL)), ErrorCode.UNAUTHORIZED);
    Caller alice = Caller.withToken(ALICE.principal(), pullsApp);
    assertRefused(authorizer.require(alice, app, Set.of(Action.PULL)), ErrorCode.UNAUTHORIZED);
  }

  @Test
  void acceptsNoRegistryTokenForAnythingButContent() {
    Caller admin = Caller.withToken(ADMIN.principal(), Grants.NONE);
    Authorizer authorizer = authorizer();

    assertThat(allows(authorizer, admin, closed, READ_MEMBERS)).isFalse();
    assertThat(authorizer.allowsInSystem(admin, LIST_USERS)).isFalse();
    assertThat(authorizer.mayCreate(admin).block()).isFalse();
  }

  @Test
  void forgetsRolesWhenToldTo() {
    roles.set(7, closed.id(), Set.of(Role.DEVELOPER));
    Authorizer authorizer = authorizer();
    assertThat(allows(authorizer, ALICE, closed, PUSH)).isTrue();

    roles.set(7, closed.id(), Set.of());
    authorizer.forgetRoles();

    assertThat(allows(authorizer, ALICE, closed, PUSH)).isFalse();
  }

  @Test
  void letsEveryUserCreateProjectsOnlyWhereTheRuleSaysSo() {
    Authorizer strict = new Authorizer(projects, roles, () -> Mono.just(false));
    Caller creator =
        robot(
            new RobotAccess(
                Set.of(Permission.of(Resource.PROJECT, Verb.CREATE)), Set.of(), Map.of()));

    assertThat(authorizer().mayCreate(ALICE).block()).isTrue();
    assertThat(authorizer().mayCreate(Caller.ANONYMOUS).block()).isFalse();
    assertThat(authorizer().mayCreate(robot(RobotAccess.NONE)).block()).isFalse();
    assertThat(strict.mayCreate(ALICE).block()).isFalse();
    assertThat(strict.mayCreate(ADMIN).block()).isTrue();
    assertThat(strict.mayCreate(creator).block()).isTrue();
  }

  @Test
  void tellsNobodyToLogInAndEverybodyElseNo() {
    assertRefused(
        authorizer().require(Caller.ANONYMOUS, closed, READ_MEMBERS), ErrorCode.UNAUTHORIZED);
    assertRefused(authorizer().require(ALICE, closed, READ_MEMBERS), ErrorCode.DENIED);
    assertRefused(authorizer().requireInSystem(ALICE, LIST_USERS), ErrorCode.DENIED);
  }

  private static Caller robot(RobotAccess access) {
    return Caller.of(
        new Principal.Robot(3, "robot$ci", Optional.empty(), access), Credential.ROBOT_SECRET);
  }

  private Authorizer authorizer() {
    return new Authorizer(projects, roles, () -> Mono.just(true));
  }

  private Project create(String name, boolean isPublic) {
    return projects.create(ProjectName.parse(name), isPublic, 1).blockOptional().orElseThrow();
  }

  private static boolean allows(
      Authorizer authorizer, Caller caller, Project project, Permission permission) {
    return authorizer.allows(caller, project, permission).blockOptional().orElseThrow();
  }

  private static void assertRefused(Mono<?> asked, ErrorCode code) {
    assertThatThrownBy(asked::block)
        .isInstanceOfSatisfying(
            RegistryException.class, error -> assertThat(error.code()).isEqualTo(code));
  }
}
