package dev.breakwater.storage.sql.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.artifact.UndoChanges;
import dev.breakwater.core.blob.LinkCache;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.manifest.ManifestCache;
import dev.breakwater.core.manifest.RemoveManifests;
import dev.breakwater.core.manifest.TagRuleSource;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.permission.InMemoryRoleRepository;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.quota.ProjectSpace;
import dev.breakwater.core.quota.QuotaAlarm;
import dev.breakwater.core.repository.RepositoryService;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.artifact.PgHistoryRepository;
import dev.breakwater.storage.sql.blob.PgBlobRepository;
import dev.breakwater.storage.sql.manifest.PgManifestPushes;
import dev.breakwater.storage.sql.manifest.PgManifestRemovals;
import dev.breakwater.storage.sql.manifest.PgManifestRepository;
import dev.breakwater.storage.sql.project.PgProjectRepository;
import dev.breakwater.storage.sql.quota.PgQuotaRepository;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The deletion of a repository that is larger than a batch. */
final class DeleteRepositoryTest {
  private static final int MANIFESTS = 450;
  private static final RepositoryName NAME = RepositoryName.parse("library/large");
  private static final Caller CALLER =
      Caller.of(new Principal.User(1, "admin", true), Credential.PASSWORD);
  private static final TagRuleSource NO_RULES = (_, _) -> Mono.just((_, _) -> false);
  private static final EventRecorder NOBODY = (_, _) -> Mono.empty();

  private final Database database = TestDatabase.migrated();
  private final PgManifestPushes pushes = new PgManifestPushes(database);
  private final PgManifestRemovals removals = new PgManifestRemovals(database, pushes);
  private final PgRepositoryCatalog catalog = new PgRepositoryCatalog(database);
  private final ManifestCache cache =
      new ManifestCache(new PgManifestRepository(database), _ -> {});
  private final PgProjectRepository projects = new PgProjectRepository(database);
  private final Authorizer authorizer =
      new Authorizer(projects, new InMemoryRoleRepository(), () -> Mono.just(true));
  private Project project;

  @BeforeEach
  void makeARepository() {
    project = Await.value(projects.findByName("library"));
    Await.done(
        database.update(
            """
            WITH home AS (
              INSERT INTO repository (project_id, name) VALUES ($1, $2) RETURNING id),
            pushed AS (
              INSERT INTO manifest (repository_id, project_id, digest, media_type, annotations,
                size, bytes, type, tagged)
              SELECT home.id, $1, 'sha256:' || lpad(n::text, 64, '0'), 'application/json', '{}',
                2, '{}', 'IMAGE', true
              FROM home, generate_series(1, $3::int) AS n
              RETURNING id, repository_id)
            INSERT INTO tag (repository_id, name, manifest_id)
            SELECT repository_id, 'v' || id, id FROM pushed
            """,
            project.id(),
            NAME.value(),
            MANIFESTS));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void comesBackWholeAlthoughItsDeletionWasInterrupted() {
    assertThatThrownBy(() -> Await.done(deletion(new Interruption(2))))
        .hasMessageContaining("killed");
    assertThat(count("manifest")).isBetween(1L, MANIFESTS - 1L);
    assertThatThrownBy(() -> Await.done(deletion(new Interruption(1))))
        .hasMessageContaining("killed");

    Await.done(deletion(NOBODY));
    assertThat(count("manifest")).isZero();
    Await.done(undo().restoreRepository(CALLER, project, NAME));

    assertThat(count("manifest")).isEqualTo(MANIFESTS);
    assertThat(count("tag")).isEqualTo(MANIFESTS);
  }

  @Test
  void deletesNothingWhenALastTagIsImmutable() {
    String last =
        Await.value(
            database.one(
                "SELECT name FROM tag ORDER BY manifest_id DESC LIMIT 1",
                row -> Rows.text(row, "name")));
    TagRuleSource rules = (_, _) -> Mono.just((_, tag) -> tag.value().equals(last));

    assertThatThrownBy(() -> Await.done(deletion(NOBODY, rules)))
        .hasMessageContaining(last)
        .hasMessageContaining("immutable");

    assertThat(count("manifest")).isEqualTo(MANIFESTS);
  }

  @Test
  void bringsBackTogetherWhatWentBeforeAnInterruption() {
    assertThatThrownBy(() -> Await.done(deletion(new Interruption(3))))
        .hasMessageContaining("killed");
    assertThat(count("deleted_manifest")).isEqualTo(400);
    String one =
        Await.value(
            database.one(
                "SELECT digest FROM deleted_manifest ORDER BY id LIMIT 1",
                row -> Rows.text(row, "digest")));

    Await.done(undo().restore(CALLER, project, NAME, Digest.parse(one)));

    assertThat(count("manifest")).isEqualTo(MANIFESTS);
  }

  private Mono<Void> deletion(EventRecorder events) {
    return deletion(events, NO_RULES);
  }

  private Mono<Void> deletion(EventRecorder events, TagRuleSource rules) {
    RemoveManifests remove =
        new RemoveManifests(
            removals,
            pushes,
            cache,
            rules,
            database,
            events,
            Duration.ofHours(1),
            Clock.systemUTC());
    return new RepositoryService(
            authorizer,
            catalog,
            remove,
            new LinkCache(new PgBlobRepository(database)),
            database,
            events)
        .delete(CALLER, project, NAME);
  }

  private UndoChanges undo() {
    PgQuotaRepository quotas = new PgQuotaRepository(database);
    return new UndoChanges(
        authorizer,
        catalog,
        new PgHistoryRepository(database),
        pushes,
        removals,
        cache,
        new ProjectSpace(
            quotas,
            database,
            new QuotaAlarm(quotas, database, NOBODY),
            Mono.just(true),
            Clock.systemUTC()),
        NO_RULES,
        database,
        NOBODY,
        Duration.ofHours(1),
        Clock.systemUTC());
  }

  private long count(String table) {
    return Await.value(
        database.one("SELECT count(*) AS n FROM " + table, row -> Rows.number(row, "n")));
  }

  /** Ends a deletion in the middle of a batch, as if the program had been killed. */
  private static final class Interruption implements EventRecorder {
    private final int batch;
    private int batches;

    Interruption(int batch) {
      this.batch = batch;
    }

    @Override
    public Mono<Void> record(Tx tx, Event event) {
      return Mono.empty();
    }

    @Override
    public Mono<Void> recordAll(Tx tx, List<Event> events) {
      return Mono.defer(() ->
          ++batches == batch ? Mono.error(new IllegalStateException("killed")) : Mono.empty());
    }
  }
}
