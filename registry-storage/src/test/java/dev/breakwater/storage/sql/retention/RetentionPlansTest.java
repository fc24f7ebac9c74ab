package dev.breakwater.storage.sql.retention;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.retention.Place;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.query.Conditions;
import org.junit.jupiter.api.Test;

/** 50,000 artifacts in one repository. */
final class RetentionPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void goesThroughArtifactsByAnIndex() {
    Plan.of(database, PgCandidateRepository.PUSHED, page()).findsByIndex().uses("manifest_listed");
  }

  @Test
  void ordersByPullsWithoutReadingOtherRepositories() {
    Plan.of(database, PgCandidateRepository.PULLED, page(7)).findsByIndex();
    Plan.of(database, PgCandidateRepository.ACTIVE, page(7)).findsByIndex();
  }

  @Test
  void findsPoliciesAndRepositories() {
    Plan.of(database, PgRetentionPolicyRepository.FIND, 7L).readsByIndex();
    Plan.of(database, PgCandidateRepository.REPOSITORY, 7L).readsByIndex();
    Plan.of(database, PgCandidateRepository.REPOSITORIES, 7L, 0L, 100).findsByIndex();
  }

  @Test
  void findsVerdictsOfATaskAndAPolicyOfAProject() {
    Conditions conditions = PgVerdictRepository.ofTask(7);
    Plan.of(
            database,
            PgVerdictRepository.COLUMNS.page(
                PgVerdictRepository.SELECT, conditions, ListRequest.all(0, 9)),
            conditions.parameters(0, 9))
        .findsByIndex();
    Plan.of(database, PgRetentionPolicyRepository.FIND_BY_PROJECT, 7L).readsByIndex();
  }

  private static Object[] page() {
    return page(1);
  }

  private static Object[] page(long repository) {
    return new Object[] {repository, Rows.timestamp(Place.END.time()), Place.END.id(), 200};
  }
}
