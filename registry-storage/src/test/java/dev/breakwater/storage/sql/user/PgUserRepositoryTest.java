package dev.breakwater.storage.sql.user;

import dev.breakwater.core.user.UserRepository;
import dev.breakwater.core.user.UserRepositoryContract;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.TestDatabase;
import org.junit.jupiter.api.AfterEach;

final class PgUserRepositoryTest extends UserRepositoryContract {
  private final Database database = TestDatabase.migrated();

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  protected UserRepository users() {
    return new PgUserRepository(database);
  }
}
