package dev.breakwater.storage.sql.repository;

import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class RepositoryPlansTest {
  private static Database database;

  @BeforeAll
  static void create() {
    database = LargeRegistry.create();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void pagesNames() {
    Plan.of(database, PgRepositoryCatalog.LIST, "library/s", 100).readsByIndex().doesNotSort();
  }
}
