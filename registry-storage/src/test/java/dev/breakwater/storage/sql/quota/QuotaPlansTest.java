package dev.breakwater.storage.sql.quota;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.query.Conditions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuotaPlansTest {
  private final Database database = LargeRegistry.database();

  @ParameterizedTest
  @CsvSource({"'',''", "'',-id", "reference_id=7,''"})
  void listsQuotasByIndex(String query, String sort) {
    ListRequest request =
        new ListRequest(QueryParser.conditions(query), QueryParser.orders(sort), 0, 10);
    Conditions conditions =
        PgQuotaRepository.COLUMNS.narrow(new Conditions(), request.conditions());

    Plan.of(
            database,
            PgQuotaRepository.COLUMNS.page(PgQuotaRepository.SELECT, conditions, request),
            conditions.parameters(0, 10))
        .findsByIndex()
        .doesNotSort();
  }

  @Test
  void promisesAndGivesBackByKeys() {
    UUID id = UUID.randomUUID();
    Plan.of(database, PgQuotaRepository.LIMIT, 7L).readsByIndex();
    Plan.of(database, PgQuotaRepository.RESERVED, id).readsByIndex();
    Plan.of(database, PgQuotaRepository.SHRINK, id, 5L).readsByIndex();
    Plan.of(database, PgQuotaRepository.RELEASE, id).readsByIndex();
    Plan.of(database, PgQuotaRepository.HOLDS, 7L, LargeRegistry.blob(7)).readsByIndex();
    Plan.of(database, PgQuotaRepository.REMOVE_EXPIRED).findsByIndex();
  }

  /** Also in a project that the planner believes to be empty. */
  @Test
  void countsNoLongerWhatIsNeededNoMoreByItsDigest() {
    String[] digests = {LargeRegistry.blob(7), LargeRegistry.blob(8)};
    for (long project : new long[] {1, 999}) {
      Plan.of(database, ProjectContent.LOCK, project, digests)
          .readsByIndex()
          .neverReadsAllOf("project_id", "digest");
      Plan.of(database, ProjectContent.REMOVE, project, digests)
          .readsByIndex()
          .neverReadsAllOf("project_id", "digest");
    }
  }

  @Test
  void foldsByIndex() {
    Plan.of(database, PgQuotaRepository.FOLD, new Long[] {7L, 8L}, 1000).findsByIndex();
  }
}
