package dev.breakwater.storage.sql.user;

import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import org.junit.jupiter.api.Test;

final class UserPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void findsAUser() {
    Plan.of(database, PgUserRepository.FIND_BY_NAME, "user7").readsByIndex();
    Plan.of(database, PgUserRepository.FIND, 7L).readsByIndex();
  }
}
