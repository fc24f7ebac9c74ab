package dev.breakwater.storage.sql.oidc;

import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class OidcPlansTest {
  private static Database database;

  @BeforeAll
  static void fill() {
    database = TestDatabase.migrated();
    run("INSERT INTO app_user (username) SELECT 'u' || n FROM generate_series(1, 20000) n");
    run(
        """
        INSERT INTO oidc_user (user_id, issuer, subject, sealed_cli_secret)
        SELECT id, 'https://login.example', 's' || id, 'sealed' FROM app_user
        """);
    run(
        """
        INSERT INTO oidc_pending (id_hash, sealed, expires_at)
        SELECT sha256(n::text::bytea), 'sealed', now() FROM generate_series(1, 20000) n
        """);
    run("VACUUM ANALYZE");
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void findsAUserByNumberOrBySubject() {
    Plan.of(database, PgOidcUserRepository.FIND, 7L).readsByIndex();
    Plan.of(database, PgOidcUserRepository.FIND_BY_SUBJECT, "https://login.example", "s7")
        .readsByIndex();
  }

  @Test
  void findsALogInThatWaits() {
    Plan.of(
            database,
            PgOidcUserRepository.FIND_PENDING,
            new byte[32],
            Rows.timestamp(Instant.EPOCH))
        .readsByIndex();
  }

  private static void run(String sql) {
    Await.done(database.update(sql));
  }
}
