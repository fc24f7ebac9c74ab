package dev.breakwater.storage.sql.repository;

import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import org.junit.jupiter.api.Test;

final class RepositoryPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void pagesNames() {
    Plan.of(database, PgRepositoryCatalog.LIST, "library/s", 100).readsByIndex().doesNotSort();
  }
}
