package dev.breakwater.storage.sql.artifact;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 60,000 changes of tags and 20,000 deleted artifacts, most of them in one repository. */
final class HistoryPlansTest {
  private final Database database = LargeRegistry.database();

  @ParameterizedTest
  @CsvSource({"'',''", "tag=v7,''", "'',id"})
  void listsChangesOfTagsWithoutSorting(String query, String sort) {
    page(
            PgHistoryRepository.CHANGE_COLUMNS,
            PgHistoryRepository.CHANGES,
            new Conditions().and("repository_id = ?", 1L),
            query,
            sort)
        .findsByIndex()
        .doesNotSort();
  }

  @ParameterizedTest
  @CsvSource({"'',''", "'',deleted_at"})
  void listsDeletedArtifactsWithoutSorting(String query, String sort) {
    page(
            PgHistoryRepository.DELETED_COLUMNS,
            PgHistoryRepository.DELETED,
            new Conditions().and("repository_id = ?", 1L).and("restorable_until > now()"),
            query,
            sort)
        .findsByIndex()
        .doesNotSort();
  }

  @Test
  void restoresByIndex() {
    Plan.of(
            database,
            PgHistoryRepository.RESTORE,
            1L,
            2L,
            UUID.randomUUID(),
            "admin",
            UUID.randomUUID())
        .neverScans("deleted_manifest")
        .neverScans("deleted_reference")
        .neverScans("blob")
        .neverScans("manifest");
  }

  private Plan page(
      ListColumns columns, String select, Conditions scope, String query, String sort) {
    ListRequest request =
        new ListRequest(QueryParser.conditions(query), QueryParser.orders(sort), 0, 10);
    Conditions conditions = columns.narrow(scope, request.conditions());
    return Plan.of(
        database, columns.page(select, conditions, request), conditions.parameters(0, 10));
  }
}
