package dev.breakwater.storage.sql.immutability;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.query.Conditions;
import org.junit.jupiter.api.Test;

/** 20,000 rules. */
final class ImmutableRulePlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void readsTheRulesOfAProjectWithEachPush() {
    Plan.of(database, PgImmutableRuleRepository.ENABLED, 7L).findsByIndex();
    Plan.of(database, PgImmutableRuleRepository.ALL, 7L).findsByIndex();
  }

  @Test
  void listsAPage() {
    Conditions conditions = PgImmutableRuleRepository.scope(7);

    Plan.of(
            database,
            PgImmutableRuleRepository.COLUMNS.page(
                PgImmutableRuleRepository.SELECT, conditions, ListRequest.all(0, 9)),
            conditions.parameters(0, 9))
        .findsByIndex();
    Plan.of(database, PgImmutableRuleRepository.DELETE, 7L, 7L).readsByIndex();
  }
}
