package dev.breakwater.storage.sql.artifact;

import dev.breakwater.core.artifact.ArtifactScope;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.query.Conditions;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ArtifactPlansTest {
  private static final ArtifactScope REPOSITORY = new ArtifactScope.OfRepository(1, 2);
  private static final ArtifactScope PROJECT = new ArtifactScope.OfProject(2, false);

  private final Database database = LargeRegistry.database();

  @ParameterizedTest
  @CsvSource({
    "'',''",
    "'',push_time",
    "'',-pull_time",
    "tags=*,''",
    "type=T3,''",
    "base=*,''",
    "'',size",
    "'',media_type",
    "'',-artifact_type",
    "'',manifest_media_type"
  })
  void readsPagesInOrder(String query, String sort) {
    page(REPOSITORY, query, sort).findsByIndex().doesNotSort();
    page(PROJECT, query, sort).findsByIndex().doesNotSort();
  }

  @ParameterizedTest
  @CsvSource({"size", "-size", "type", "-type"})
  void ordersProjectsByIndex(String sort) {
    page(PROJECT, "", sort).findsByIndex().doesNotSort();
  }

  @ParameterizedTest
  @CsvSource({"'',size", "'',-media_type", "base=*,''", "type=T3,''"})
  void findsTheLatestByRepository(String query, String sort) {
    page(new ArtifactScope.OfProject(2, true), query, sort).findsByIndex().uses("manifest_listed");
  }

  @Test
  void looksForPartsOfDigestsInTheirIndexes() {
    page(PROJECT, "digest=~0badcafe", "").findsByIndex().finds("manifest_digest_parts");
    page(PROJECT, "digest=~sha256", "").readsByIndex().doesNotSort();
    page(PROJECT, "digest=~sha256:abcd", "").findsByIndex().uses("manifest_project_digest");
    page(REPOSITORY, "digest=~0badcafe", "").findsByIndex().finds("manifest_digest_parts");
    page(REPOSITORY, "digest=~sha256:abcd", "").findsByIndex();
  }

  @Test
  void countsTheLatestByRepository() {
    ArtifactLists.Statement counting =
        ArtifactLists.counting(new ArtifactScope.OfProject(2, true), List.of());

    explain(counting.sql(), counting.conditions().parameters()).readsByIndex();
  }

  @Test
  void countsTaggedOnesOfAProjectWithoutTheirRows() {
    ArtifactLists.Statement counting =
        ArtifactLists.counting(PROJECT, QueryParser.conditions("tags=*"));

    explain(counting.sql(), counting.conditions().parameters())
        .usesAlone("manifest_project_pushed");
  }

  @ParameterizedTest
  @CsvSource({
    "tags=v7",
    "tags=~7",
    "tags=~v7",
    "digest=sha256:x",
    "'push_time=[2026-01-01T00:00:00~]'"
  })
  void filtersByIndex(String query) {
    page(REPOSITORY, query, "").findsByIndex();
  }

  @ParameterizedTest
  @CsvSource({"tags=v77", "tags=~v77", "tags={v7 v8}"})
  void findsFewTagsBeforeTheirArtifacts(String query) {
    page(PROJECT, query, "", 10).findsByIndex().uses("manifest_pkey").neverScans("tag");
  }

  @Test
  void findsOne() {
    explain(PgArtifactRepository.BY_DIGEST, LargeRegistry.REPOSITORY, LargeRegistry.manifest(7))
        .readsByIndex();
    explain(PgArtifactRepository.BY_TAG, LargeRegistry.REPOSITORY, "v7").readsByIndex();
  }

  @Test
  void readsDetailsOfAPage() {
    Long[] ids = {7L, 8L};
    explain(PgArtifactRepository.TAGS, (Object) ids).readsByIndex();
    explain(PgArtifactRepository.ACCESSORIES, (Object) ids).readsByIndex();
    explain(PgArtifactRepository.REFERENCES, (Object) ids).readsByIndex();
    explain(PgArtifactRepository.INHERITED, (Object) ids).findsByIndex();
  }

  @Test
  void copies() {
    explain(PgArtifactCopies.LOCK, 7L).readsByIndex();
    explain(PgArtifactCopies.TAGS, 7L).findsByIndex();
    explain(PgArtifactCopies.COPY_LABELS, new Long[] {7L, 8L}, 7L, 1L).findsByIndex();
    explain(
            PgArtifactCopies.COPY,
            new Long[] {7L, 8L},
            "library/small7",
            1L,
            Rows.timestamp(Pushes.NOW),
            UUID.randomUUID())
        .findsByIndex();
  }

  @Test
  void findsWhatWasDeleted() {
    Conditions conditions = PgHistoryRepository.deletedOf(2);
    explain(
            PgHistoryRepository.DELETED_REPOSITORY_COLUMNS.page(
                PgHistoryRepository.DELETED_REPOSITORIES, conditions, ListRequest.all(0, 10)),
            conditions.parameters(0, 10))
        .findsByIndex();
    explain(PgHistoryRepository.DELETION, 7L, LargeRegistry.manifest(7)).findsByIndex();
    explain(PgHistoryRepository.RESTORE, 7L, 2L, UUID.randomUUID(), "alice", UUID.randomUUID())
        .findsByIndex();
  }

  private Plan page(ArtifactScope scope, String query, String sort) {
    return page(scope, query, sort, Long.MAX_VALUE);
  }

  private Plan page(ArtifactScope scope, String query, String sort, long total) {
    ListRequest request =
        new ListRequest(QueryParser.conditions(query), QueryParser.orders(sort), 0, 10);
    ArtifactLists.Statement page = ArtifactLists.page(scope, request, total);
    return explain(page.sql(), page.conditions().parameters(0, 10));
  }

  private Plan explain(String sql, Object... parameters) {
    return Plan.of(database, sql, parameters);
  }
}
