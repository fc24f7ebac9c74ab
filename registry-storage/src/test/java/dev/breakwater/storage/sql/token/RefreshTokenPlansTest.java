package dev.breakwater.storage.sql.token;

import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.Rows;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** 40,000 refresh tokens. */
final class RefreshTokenPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void findsAndUsesATokenByItsHash() {
    byte[] hash = new byte[32];

    Plan.of(database, PgRefreshTokenRepository.FIND, hash)
        .readsByIndex()
        .uses("refresh_token_pkey");
    Plan.of(database, PgRefreshTokenRepository.USE, hash, Rows.timestamp(Instant.EPOCH))
        .readsByIndex();
    Plan.of(database, PgRefreshTokenRepository.EXTEND, hash, Rows.timestamp(Instant.EPOCH))
        .readsByIndex();
  }

  @Test
  void endsAFamilyAndTheTokensOfAUserOrRobot() {
    Plan.of(database, PgRefreshTokenRepository.DELETE_FAMILY, new UUID(0, 0)).findsByIndex();
    Plan.of(database, "DELETE FROM refresh_token WHERE user_id = $1", 7L).findsByIndex();
    Plan.of(database, "DELETE FROM refresh_token WHERE robot_id = $1", 7L).findsByIndex();
  }

  @Test
  void removesWhatIsOverWithoutLookingAtTheRest() {
    Plan.of(database, PgRefreshTokenRepository.DELETE_EXPIRED, Rows.timestamp(Instant.EPOCH))
        .readsByIndex()
        .uses("refresh_token_expiry");
  }
}
