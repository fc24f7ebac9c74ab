package dev.breakwater.storage.sql.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.access.Role;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.project.MetadataItem;
import dev.breakwater.core.project.NewProject;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectName;
import dev.breakwater.core.project.Visibility;
import dev.breakwater.core.project.Visibility.Everything;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.user.NewUser;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.RegistryRows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.user.PgUserRepository;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

final class PgProjectRepositoryTest {
  private Database database;
  private PgProjectRepository projects;
  private long alice;

  @BeforeEach
  void create() {
    database = TestDatabase.migrated();
    projects = new PgProjectRepository(database);
    alice =
        Await.value(
                new PgUserRepository(database)
                    .create(NewUser.local("alice", null, "", "", false, null)))
            .id();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void findsWhatItCreated() {
    Project created = create("team", false);

    assertThat(created.ownerName()).isEqualTo("alice");
    assertThat(created.isPublic()).isFalse();
    assertThat(created.repositoryCount()).isZero();
    assertThat(Await.optional(projects.findByName("team"))).contains(created);
    assertThat(Await.optional(projects.findById(created.id()))).contains(created);
  }

  @Test
  void findsNothingByATextThatIsNoName() {
    assertThat(Await.optional(projects.findByName(""))).isEmpty();
    assertThat(Await.optional(projects.findByName("nul\u0000"))).isEmpty();
    assertThat(Await.optional(projects.findByName("half\ud800"))).isEmpty();
    assertThat(Await.optional(projects.findByName("LIBRARY"))).isEmpty();
  }

  @Test
  void refusesANameTwice() {
    create("team", false);

    assertThatThrownBy(() -> create("team", true))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
        .hasMessageContaining("team");
  }

  @Test
  void listsPagesByNameAndFilter() {
    create("b-team", true);
    create("a-team", false);
    create("c_tool", false);

    assertThat(names("", "", 0, 10)).containsExactly("a-team", "b-team", "c_tool", "library");
    assertThat(names("", "-creation_time", 1, 2)).containsExactly("a-team", "b-team");
    assertThat(names("name=~TEAM", "", 0, 10)).containsExactly("a-team", "b-team");
    assertThat(names("name=~_", "", 0, 10)).containsExactly("c_tool");
    assertThat(names("name=~%", "", 0, 10)).isEmpty();
    assertThat(names("public=false", "-name", 0, 10)).containsExactly("c_tool", "a-team");
    assertThat(owned("alice")).containsExactly("a-team", "b-team", "c_tool");
    assertThat(owned("admin")).containsExactly("library");
    assertThat(owned("nobody' OR '1'='1")).isEmpty();
    assertThat(Await.value(list(new Everything(), "name=~team")).total()).isEqualTo(2);
  }

  @Test
  void keepsCountOfAllProjectsAndOfThePublicOnes() {
    Project team = create("team", false);
    create("other", true);
    assertThat(total(new Everything())).isEqualTo(3);
    assertThat(total(Visibility.ofAnybody())).isEqualTo(2);

    Await.done(database.inTx(tx -> projects.update(tx, team.id(), Optional.of(true), Map.of())));
    assertThat(total(Visibility.ofAnybody())).isEqualTo(3);
    Await.done(database.inTx(tx -> projects.update(tx, team.id(), Optional.of(true), Map.of())));
    assertThat(total(Visibility.ofAnybody())).isEqualTo(3);

    Await.done(database.inTx(tx -> projects.delete(tx, team.id())));
    assertThat(total(new Everything())).isEqualTo(2);
    assertThat(total(Visibility.ofAnybody())).isEqualTo(2);
  }

  private long total(Visibility visibility) {
    return Await.value(list(visibility, "")).total();
  }

  @Test
  void showsPublicProjectsAndThoseOfMembersAlone() {
    long bob = user("bob");
    Project team = create("team", false);
    create("other", false);
    Project ofGroup = create("of-group", false);
    Await.done(
        database.update(
            "INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 3)",
            team.id(),
            bob));
    Await.done(
        database.update(
            """
            WITH made AS (INSERT INTO user_group (name, kind) VALUES ('devs', 3) RETURNING id),
              joined AS (
                INSERT INTO user_group_membership (user_id, group_id) SELECT $2, id FROM made)
            INSERT INTO project_member (project_id, group_id, role) SELECT $1, id, 3 FROM made
            """,
            ofGroup.id(),
            bob));

    assertThat(visible(new Visibility.OfUser(bob))).containsExactly("library", "of-group", "team");
    assertThat(visible(new Visibility.OfProjects(Set.of(team.id()))))
        .containsExactly("library", "team");
    assertThat(visible(Visibility.ofAnybody())).containsExactly("library");
    assertThat(visible(new Visibility.OfUser(alice)))
        .containsExactly("library", "of-group", "other", "team");
  }

  @Test
  void keepsMetadata() {
    Project team = create("team", false);
    Project bare = create("bare", false);
    change(team, Map.of(MetadataItem.AUTO_SCAN, "true", MetadataItem.SEVERITY, "low"));
    change(team, Map.of(MetadataItem.SEVERITY, "high"));

    assertThat(Await.value(projects.metadata(Set.of(team.id(), bare.id()))))
        .isEqualTo(
            Map.of(
                team.id(), Map.of(MetadataItem.AUTO_SCAN, "true", MetadataItem.SEVERITY, "high")));
    assertThat(unset(team)).isTrue();
    assertThat(unset(team)).isFalse();
    assertThat(Await.value(projects.findByName("team")).isPublic()).isFalse();
  }

  @Test
  void countsMembersByRole() {
    Project team = create("team", false);
    Await.done(
        database.update(
            "INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 3)",
            team.id(),
            user("bob")));

    assertThat(Await.value(projects.countMembers(team.id())))
        .isEqualTo(Map.of(Role.PROJECT_ADMIN, 1L, Role.GUEST, 1L));
    assertThat(Await.value(projects.storageLimit(team.id()))).isEqualTo(-1);
  }

  @Test
  void givesAProjectWithoutOwnerToTheFirstAdministrator() {
    Await.done(database.update("INSERT INTO app_user (username, sysadmin) VALUES ('root', true)"));

    Project made = create("made-by-robot", Optional.empty());

    assertThat(made.ownerName()).isEqualTo("root");
  }

  @Test
  void deletesAProjectOnce() {
    Project team = create("team", false);

    assertThat(delete(team.id())).isTrue();
    assertThat(delete(team.id())).isFalse();
    assertThat(Await.optional(projects.findByName("team"))).isEmpty();
  }

  @Test
  void keepsAProjectWithARepository() {
    RepositoryName repository = RepositoryName.parse("library/one");
    Await.done(new RegistryRows(database).store(Pushes.image(repository, "image", List.of())));

    assertThat(Await.value(projects.findByName("library")).repositoryCount()).isEqualTo(1);
    assertThatThrownBy(() -> delete(Pushes.PROJECT))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED))
        .hasMessageContaining("1 repositories");
  }

  @Test
  void deletesAProjectThatOnlyAnAbandonedPushTouched() {
    Await.done(
        new RegistryRows(database)
            .commit(
                Pushes.session(RepositoryName.parse("library/one")),
                Pushes.digest("blob"),
                4,
                Pushes.NOW));

    assertThat(delete(Pushes.PROJECT)).isTrue();
  }

  private boolean delete(long id) {
    return Await.value(database.inTx(tx -> projects.delete(tx, id)));
  }

  private Project create(String name, boolean isPublic) {
    return create(name, isPublic, Optional.of(alice));
  }

  private Project create(String name, Optional<Long> owner) {
    return create(name, false, owner);
  }

  private Project create(String name, boolean isPublic, Optional<Long> owner) {
    NewProject project =
        new NewProject(ProjectName.parse(name), isPublic, Map.of(), NewProject.UNLIMITED);
    return Await.value(database.inTx(tx -> projects.create(tx, project, owner)));
  }

  private void change(Project project, Map<MetadataItem, String> metadata) {
    Await.done(database.inTx(tx -> projects.update(tx, project.id(), Optional.empty(), metadata)));
  }

  private boolean unset(Project project) {
    return Await.value(
        database.inTx(tx -> projects.unset(tx, project.id(), MetadataItem.SEVERITY)));
  }

  @Test
  void leavesOutProjectsThatThereAreNot() {
    Project project = create("there", false);

    assertThat(Await.value(projects.findAll(Set.of(project.id(), Long.MAX_VALUE))))
        .containsOnlyKeys(project.id());
  }

  private long user(String name) {
    return Await.value(
            new PgUserRepository(database).create(NewUser.local(name, null, "", "", false, null)))
        .id();
  }

  private List<String> visible(Visibility visibility) {
    return names(Await.value(list(visibility, "")));
  }

  private List<String> owned(String owner) {
    return names(Await.value(list(new Everything(), Optional.of(owner), ListRequest.all(0, 10))));
  }

  private List<String> names(String query, String sort, int offset, int limit) {
    ListRequest request =
        new ListRequest(QueryParser.conditions(query), QueryParser.orders(sort), offset, limit);
    return names(Await.value(list(new Everything(), Optional.empty(), request)));
  }

  private Mono<Slice<Project>> list(Visibility visibility, String query) {
    return list(
        visibility,
        Optional.empty(),
        new ListRequest(QueryParser.conditions(query), List.of(), 0, 10));
  }

  private Mono<Slice<Project>> list(
      Visibility visibility, Optional<String> owner, ListRequest request) {
    return projects
        .listIds(visibility, owner, request)
        .flatMap(page ->
            projects
                .findAll(Set.copyOf(page.elements()))
                .map(found -> page.map(id -> Objects.requireNonNull(found.get(id)))));
  }

  private static List<String> names(Slice<Project> page) {
    return page.elements().stream().map(project -> project.name().value()).toList();
  }
}
