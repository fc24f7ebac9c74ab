package dev.breakwater.storage.sql.federation;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.query.Conditions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 20,000 rules of 500 issuers. */
final class FederationPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void findsARule() {
    Plan.of(database, PgFederationRepository.FIND, 7L).readsByIndex();
  }

  @Test
  void findsTheRulesOfAnIssuerInOrder() {
    Plan.of(database, PgFederationRepository.FIND_ENABLED, "https://issuer7.example")
        .findsByIndex();
  }

  @Test
  void findsTheRulesOfARobotThatIsDeleted() {
    Plan.of(database, "DELETE FROM federation WHERE robot_id = $1", 7L).findsByIndex();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-name", "id"})
  void listsAPageInOrder(String sort) {
    ListRequest request = new ListRequest(List.of(), QueryParser.orders(sort), 0, 100);
    Conditions conditions = new Conditions();

    Plan.of(
            database,
            PgFederationRepository.COLUMNS.page(PgFederationRepository.SELECT, conditions, request),
            conditions.parameters(0, 100))
        .readsByIndex();
  }
}
