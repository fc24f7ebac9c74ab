package dev.breakwater.storage.sql.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectName;
import dev.breakwater.core.project.ProjectRepository.Filter;
import dev.breakwater.core.user.NewUser;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.blob.PgBlobRepository;
import dev.breakwater.storage.sql.manifest.PgManifestRepository;
import dev.breakwater.storage.sql.user.PgUserRepository;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    assertThat(names(Filter.ALL, 0, 10)).containsExactly("a-team", "b-team", "c_tool", "library");
    assertThat(names(Filter.ALL, 1, 2)).containsExactly("b-team", "c_tool");
    assertThat(names(filter("TEAM", null, null), 0, 10)).containsExactly("a-team", "b-team");
    assertThat(names(filter("_", null, null), 0, 10)).containsExactly("c_tool");
    assertThat(names(filter("%", null, null), 0, 10)).isEmpty();
    assertThat(names(filter("nul\u0000", null, null), 0, 10)).isEmpty();
    assertThat(names(filter(null, false, "alice"), 0, 10)).containsExactly("a-team", "c_tool");
    assertThat(names(filter(null, null, "admin"), 0, 10)).containsExactly("library");
    assertThat(Await.value(projects.count(filter("team", true, null)))).isEqualTo(1);
    assertThat(Await.value(projects.count(Filter.ALL))).isEqualTo(4);
  }

  @Test
  void deletesAProjectOnce() {
    Project team = create("team", false);

    assertThat(Await.value(projects.delete(team.id()))).isTrue();
    assertThat(Await.value(projects.delete(team.id()))).isFalse();
    assertThat(Await.optional(projects.findByName("team"))).isEmpty();
  }

  @Test
  void keepsAProjectWithARepository() {
    RepositoryName repository = RepositoryName.parse("library/one");
    Await.done(
        new PgManifestRepository(database).store(Pushes.image(repository, "image", List.of())));

    assertThat(Await.value(projects.findByName("library")).repositoryCount()).isEqualTo(1);
    assertThatThrownBy(() -> Await.value(projects.delete(Pushes.PROJECT)))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED))
        .hasMessageContaining("1 repositories");
  }

  @Test
  void deletesAProjectThatOnlyAnAbandonedPushTouched() {
    Await.done(
        new PgBlobRepository(database)
            .commitUpload(
                Pushes.session(RepositoryName.parse("library/one")),
                Pushes.digest("blob"),
                4,
                Pushes.NOW));

    assertThat(Await.value(projects.delete(Pushes.PROJECT))).isTrue();
  }

  private Project create(String name, boolean isPublic) {
    return Await.value(projects.create(ProjectName.parse(name), isPublic, alice));
  }

  private List<String> names(Filter filter, int offset, int limit) {
    return Await.value(projects.list(filter, offset, limit)).stream()
        .map(project -> project.name().value())
        .toList();
  }

  private static Filter filter(
      @Nullable String name, @Nullable Boolean isPublic, @Nullable String owner) {
    return new Filter(
        Optional.ofNullable(name), Optional.ofNullable(isPublic), Optional.ofNullable(owner));
  }
}
