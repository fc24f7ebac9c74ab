package dev.breakwater.storage.sql.repository;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.core.repository.RepositoryScope;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.query.Conditions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RepositoryPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void pagesNames() {
    Plan.of(database, PgRepositoryCatalog.LIST, "library/s", 100).readsByIndex().doesNotSort();
  }

  @ParameterizedTest
  @CsvSource({"'',''", "'',name", "'',-name", "name=~small7,''"})
  void listsRepositoriesByIndex(String query, String sort) {
    for (RepositoryScope scope :
        List.of(new RepositoryScope.OfProject(2), new RepositoryScope.Everything())) {
      page(scope, query, sort).findsByIndex();
    }
  }

  @Test
  void listsTheLatestWithoutSorting() {
    page(new RepositoryScope.OfProject(2), "", "").doesNotSort();
    page(new RepositoryScope.Everything(), "", "").doesNotSort();
    page(new RepositoryScope.OfProject(2), "", "creation_time").findsByIndex();
    page(new RepositoryScope.Everything(), "", "creation_time").findsByIndex().doesNotSort();
  }

  private Plan page(RepositoryScope scope, String query, String sort) {
    ListRequest request =
        new ListRequest(QueryParser.conditions(query), QueryParser.orders(sort), 0, 10);
    Conditions conditions =
        PgRepositoryCatalog.COLUMNS.narrow(
            PgRepositoryCatalog.conditions(scope), request.conditions());
    return Plan.of(
        database,
        PgRepositoryCatalog.COLUMNS.page(PgRepositoryCatalog.SELECT, conditions, request),
        conditions.parameters(0, 10));
  }
}
