package dev.breakwater.storage.sql.project;

import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import org.junit.jupiter.api.Test;

final class ProjectPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void findsAProject() {
    Plan.of(database, PgProjectRepository.FIND_BY_NAME, "project7").readsByIndex();
    Plan.of(database, PgProjectRepository.FIND_BY_ID, 7L).readsByIndex();
  }

  @Test
  void listsAPage() {
    Plan.of(
            database,
            PgProjectRepository.SELECT + " ORDER BY project.name OFFSET $1 LIMIT $2",
            0,
            100)
        .readsByIndex()
        .doesNotSort();
  }
}
