package dev.breakwater.storage.sql.search;

import dev.breakwater.core.project.Visibility;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.query.Conditions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 20,000 repositories in 100 projects, of which one has 50,000 artifacts. */
final class SearchPlansTest {
  private final Database database = LargeRegistry.database();

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "small777", "no-such-name"})
  void findsRepositories(String part) {
    List<Visibility> all =
        List.of(
            new Visibility.Everything(),
            new Visibility.OfUser(7),
            new Visibility.OfProjects(Set.of(3L)));
    for (Visibility visibility : all) {
      Conditions conditions = PgSearchRepository.conditions(visibility, part);

      Plan.of(database, PgSearchRepository.sql(conditions), conditions.parameters(100))
          .findsByIndex();
    }
  }
}
