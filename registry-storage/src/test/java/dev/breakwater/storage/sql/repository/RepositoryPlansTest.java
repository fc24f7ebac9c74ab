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
  void findsTheLatestWithoutSorting() {
    keys(new RepositoryScope.OfProject(2), "").doesNotSort();
    keys(new RepositoryScope.Everything(), "").doesNotSort();
    keys(new RepositoryScope.OfProject(2), "creation_time").findsByIndex();
    keys(new RepositoryScope.Everything(), "creation_time").findsByIndex().doesNotSort();
  }

  private Plan page(RepositoryScope scope, String query, String sort) {
    ListRequest request = request(query, sort);
    Conditions conditions = conditions(scope, request);
    return Plan.of(
        database, PgRepositoryCatalog.page(conditions, request), conditions.parameters(0, 10));
  }

  /** What a page is made of: which repositories are on it. */
  private Plan keys(RepositoryScope scope, String sort) {
    ListRequest request = request("", sort);
    Conditions conditions = conditions(scope, request);
    return Plan.of(
        database,
        PgRepositoryCatalog.COLUMNS.page(
            "SELECT repository.id FROM repository", conditions, request),
        conditions.parameters(0, 10));
  }

  private static ListRequest request(String query, String sort) {
    return new ListRequest(QueryParser.conditions(query), QueryParser.orders(sort), 0, 10);
  }

  private static Conditions conditions(RepositoryScope scope, ListRequest request) {
    return PgRepositoryCatalog.COLUMNS.narrow(
        PgRepositoryCatalog.conditions(scope), request.conditions());
  }
}
