package dev.breakwater.storage.sql.user;

import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.query.Conditions;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UserPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void findsAUser() {
    Plan.of(database, PgUserRepository.FIND_BY_NAME, "user7").readsByIndex();
    Plan.of(database, PgUserRepository.FIND, 7L).readsByIndex();
  }

  @Test
  void findsUsersByAPartOfTheirNames() {
    ListRequest request =
        new ListRequest(List.of(new Condition.Fuzzy("username", "user77")), List.of(), 0, 10);
    Conditions conditions =
        PgUserAccountRepository.COLUMNS.narrow(
            PgUserAccountRepository.present(), request.conditions());

    Plan.of(database, PgUserAccountRepository.COUNT + conditions.where(), conditions.parameters())
        .findsByIndex();
    Plan.of(
            database,
            PgUserAccountRepository.COLUMNS.page(PgUserRepository.SELECT, conditions, request),
            conditions.parameters(0, 10))
        .findsByIndex();
  }
}
