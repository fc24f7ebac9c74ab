package dev.breakwater.storage.sql.expiry;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.query.Conditions;
import org.junit.jupiter.api.Test;

/** 20,000 rules. */
final class ExpiryRulePlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void findsTheRulesOfAProjectByIndex() {
    Plan.of(database, PgExpiryRuleRepository.ENABLED, 7L).findsByIndex();
    Plan.of(database, PgExpiryRuleRepository.ALL, 7L).findsByIndex();
    Plan.of(database, PgExpiryRuleRepository.FIND, 7L, 7L).findsByIndex();
    Conditions conditions = PgExpiryRuleRepository.scope(7);
    Plan.of(
            database,
            PgExpiryRuleRepository.COLUMNS.page(
                PgExpiryRuleRepository.SELECT, conditions, ListRequest.all(0, 9)),
            conditions.parameters(0, 9))
        .findsByIndex();
  }
}
