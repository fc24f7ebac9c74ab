package dev.breakwater.storage.sql.token;

import dev.breakwater.core.token.SigningKeyRepository;
import dev.breakwater.core.token.SigningKeyRepositoryContract;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.TestDatabase;
import org.junit.jupiter.api.AfterEach;

final class PgSigningKeyRepositoryTest extends SigningKeyRepositoryContract {
  private final Database database = TestDatabase.migrated();

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  protected SigningKeyRepository keys() {
    return new PgSigningKeyRepository(database);
  }
}
