package dev.breakwater.storage.sql.manifest;

import dev.breakwater.core.audit.AuditRepository;
import dev.breakwater.core.audit.AuditRules;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.GrownRepository;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.RowsRead;
import dev.breakwater.storage.sql.audit.PgAuditRepository;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void resolvesATag() {
    explain(PgManifestRepository.RESOLVE, LargeRegistry.REPOSITORY, "v7").readsByIndex();
  }

  @Test
  void findsAManifest() {
    explain(PgManifestRepository.FIND, LargeRegistry.REPOSITORY, LargeRegistry.manifest(7))
        .readsByIndex();
  }

  @Test
  void storesAManifest() {
    List<Digest> blobs =
        List.of(Digest.parse(LargeRegistry.blob(7)), Digest.parse(LargeRegistry.blob(8)));
    Object[] row =
        StoreStatement.parameters(
            Pushes.image(RepositoryName.parse(LargeRegistry.REPOSITORY), "new", blobs, "latest"),
            UUID.randomUUID());

    explain(StoreStatement.SQL, row).readsByIndex();
    explain(StoreStatement.ALONE, alone(row)).readsByIndex();
    explain(PgManifestPushes.SETTLE_LOCK, (Object) new Long[] {7L, 8L}).readsByIndex();
    explain(PgManifestPushes.SETTLE, (Object) new Long[] {7L, 8L}).readsByIndex();
  }

  @Test
  void knowsARepeatedPush() {
    String[] blobs = {LargeRegistry.blob(7), LargeRegistry.blob(8)};

    explain(
            PgManifestPushes.STORED,
            LargeRegistry.REPOSITORY,
            1L,
            LargeRegistry.manifest(7),
            new String[] {"v7"},
            blobs)
        .readsByIndex();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 100})
  void storesAManifestInARepositoryThatGrewFasterThanStatistics(int known) {
    try (Database grown = GrownRepository.database(known)) {
      Object[] row =
          StoreStatement.parameters(
              Pushes.image(
                  RepositoryName.parse(GrownRepository.NAME),
                  "new",
                  List.of(Pushes.digest("blob 7"), Pushes.digest("blob 8")),
                  "v7"),
              UUID.randomUUID());

      RowsRead.by(grown, StoreStatement.SQL, row).isAtMost(50);
      RowsRead.by(grown, StoreStatement.ALONE, alone(row)).isAtMost(50);
      RowsRead.by(grown, PgManifestRepository.RESOLVE, GrownRepository.NAME, "v7").isAtMost(50);
    }
  }

  @Test
  void tagsAManifest() {
    explain(PgManifestPushes.TAG, 1L, LargeRegistry.manifest(7), "new", "alice").readsByIndex();
    explain(
            PgManifestPushes.TAG_ALONE,
            tagAlone(LargeRegistry.REPOSITORY, LargeRegistry.manifest(7), LargeRegistry.blob(7)))
        .readsByIndex();
  }

  @Test
  void deletesAManifest() {
    Long[] ids = {7L, 8L};
    explain(PgManifestRemovals.LOCATE, LargeRegistry.REPOSITORY, LargeRegistry.manifest(7))
        .readsByIndex();
    explain(PgManifestRemovals.LOCK, 1L, ids).readsByIndex();
    explain(PgManifestRemovals.INSPECT, 1L, ids).readsByIndex();
    explain(PgManifestRemovals.LOCK_CONTENT, 1L, ids).readsByIndex();
    explain(PgManifestRemovals.CHILDREN, (Object) ids).readsByIndex();
    explain(
            PgManifestRemovals.REMOVE,
            1L,
            ids,
            "alice",
            UUID.randomUUID(),
            Rows.timestamp(Pushes.NOW),
            1L)
        .readsByIndex();
  }

  /** The planner knows nothing of them yet, and believes that they are empty. */
  @Test
  void deletesManifestsOfAProjectThatWasJustFilled() {
    long unknown = 999;
    explain(
            PgManifestRemovals.REMOVE,
            unknown,
            new Long[] {7L, 8L},
            "alice",
            UUID.randomUUID(),
            Rows.timestamp(Pushes.NOW),
            unknown)
        .neverReadsAllOf("project_id", "digest")
        .neverReadsAllOf("repository_id", "digest", "blob_id");
  }

  @Test
  void deletesATag() {
    explain(PgManifestRemovals.TAGS, 1L, "v7", 100).readsByIndex().doesNotSort();
    explain(PgManifestRemovals.REMOVE_TAG, LargeRegistry.REPOSITORY, "v7", "alice").readsByIndex();
  }

  @Test
  void pagesReferrers() {
    explain(
            PgManifestRepository.REFERRERS,
            LargeRegistry.REPOSITORY,
            LargeRegistry.manifest(1),
            "",
            100)
        .readsByIndex()
        .doesNotSort()
        .uses("manifest_subject");
    explain(
            PgManifestRepository.REFERRERS,
            LargeRegistry.REPOSITORY,
            LargeRegistry.manifest(1),
            LargeRegistry.manifest(8),
            100)
        .readsByIndex()
        .doesNotSort();
  }

  @Test
  void pagesReferrersOfAType() {
    explain(
            PgManifestRepository.REFERRERS_OF_TYPES,
            LargeRegistry.REPOSITORY,
            LargeRegistry.manifest(1),
            "",
            100,
            new String[] {"type/8"})
        .readsByIndex();
  }

  private static Object[] tagAlone(String repository, String manifest, String blob) {
    return alone(repository, 1L, manifest, new String[] {"new"}, new String[] {blob}, "alice");
  }

  private static Object[] alone(Object... row) {
    Event event = Event.of(EventType.CREATE_ARTIFACT, Caller.ANONYMOUS, "resource", "description");
    return Stream.of(
            row,
            PgAuditRepository.values(
                new AuditRepository.Judged(event, AuditRules.Fate.KEPT), Instant.now()))
        .flatMap(Stream::of)
        .toArray();
  }

  private Plan explain(String sql, Object... parameters) {
    return Plan.of(database, sql, parameters);
  }
}
