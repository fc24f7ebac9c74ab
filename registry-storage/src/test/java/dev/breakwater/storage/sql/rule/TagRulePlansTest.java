package dev.breakwater.storage.sql.rule;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.query.Conditions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 20,000 rules of each sort. */
final class TagRulePlansTest {
  private final Database database = LargeRegistry.database();

  @ParameterizedTest
  @CsvSource({"expiry_rule, expires_after", "immutable_rule, tag_untagged"})
  void findsTheRulesOfAProjectByIndex(String table, String own) {
    TagRuleStatements statements = TagRuleStatements.of(table, own);

    Plan.of(database, statements.enabled(), 7L).findsByIndex();
    Plan.of(database, statements.all(), 7L).findsByIndex();
    Plan.of(database, statements.find(), 7L, 7L).findsByIndex();
    Plan.of(database, statements.delete(), 7L, 7L).readsByIndex();
    Conditions conditions = PgTagRuleRepository.scope(7);
    Plan.of(
            database,
            PgTagRuleRepository.COLUMNS.page(
                statements.select(), conditions, ListRequest.all(0, 9)),
            conditions.parameters(0, 9))
        .findsByIndex();
  }
}
