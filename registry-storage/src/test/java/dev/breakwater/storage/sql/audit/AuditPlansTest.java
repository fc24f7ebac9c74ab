package dev.breakwater.storage.sql.audit;

import dev.breakwater.core.access.Role;
import dev.breakwater.core.audit.AuditScope;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.query.Conditions;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 200,000 lines in two months. */
final class AuditPlansTest {
  private final Database database = LargeRegistry.database();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                | ``",
        "operation=create  | -op_time",
        "username=~user1   | op_time",
        "op_time=[2025-01-20T00:00:00~] | ``",
      })
  void listsAPageOfAProject(String query, String sort) {
    ListRequest request =
        new ListRequest(QueryParser.conditions(query), QueryParser.orders(sort), 0, 100);
    Conditions conditions =
        PgAuditRepository.COLUMNS.narrow(
            PgAuditRepository.conditions(new AuditScope.OfProject(7)), request.conditions());

    Plan.of(
            database,
            PgAuditRepository.COLUMNS.page(PgAuditRepository.SELECT, conditions, request),
            conditions.parameters(0, 100))
        .readsByIndex()
        .doesNotSort();
    Plan.of(
            database,
            PgAuditRepository.COUNT.formatted(conditions.where(), PgAuditRepository.COUNTED),
            conditions.parameters())
        .findsByIndex();
  }

  @Test
  void purgesBatchesByIndex() {
    OffsetDateTime from = OffsetDateTime.parse("2025-01-10T00:00:00Z");
    for (String batch : List.of(PgAuditRepository.PURGE_BATCH, PgAuditRepository.COUNT_BATCH)) {
      Plan.of(
              database,
              batch,
              from,
              7L,
              from.plusDays(30),
              new String[] {"create_artifact", "delete_artifact"},
              1000)
          .findsByIndex();
    }
  }

  @Test
  void listsTheLatestOfAllWithoutSorting() {
    ListRequest request = ListRequest.all(0, 100);
    for (AuditScope scope :
        Set.of(
            new AuditScope.Everything(), new AuditScope.OfMember(7, Set.of(Role.PROJECT_ADMIN)))) {
      Conditions conditions = PgAuditRepository.conditions(scope);
      Plan.of(
              database,
              PgAuditRepository.COLUMNS.page(PgAuditRepository.SELECT, conditions, request),
              conditions.parameters(0, 100))
          .readsByIndex();
    }
  }
}
