package dev.breakwater.storage.sql.statistics;

import dev.breakwater.core.project.Visibility;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.query.Conditions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StatisticsPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void countsByIndexes() {
    List<Conditions> all =
        List.of(
            new Conditions().and("project.is_public"),
            PgStatisticsRepository.privateTo(new Visibility.Everything()),
            PgStatisticsRepository.privateTo(new Visibility.OfUser(7)),
            PgStatisticsRepository.privateTo(new Visibility.OfProjects(Set.of(3L))));
    for (Conditions conditions : all) {
      Plan.of(database, PgStatisticsRepository.sql(conditions), conditions.parameters())
          .findsByIndex();
    }
  }
}
