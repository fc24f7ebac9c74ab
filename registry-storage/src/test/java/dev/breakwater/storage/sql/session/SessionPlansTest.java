package dev.breakwater.storage.sql.session;

import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.Rows;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** 40,000 sessions. */
final class SessionPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void findsRenewsAndEndsASessionByTheHashOfItsCookie() {
    byte[] hash = new byte[32];

    Plan.of(database, PgSessionRepository.FIND, hash).readsByIndex().uses("session_pkey");
    Plan.of(
            database,
            PgSessionRepository.RENEW,
            hash,
            Rows.timestamp(Instant.EPOCH),
            Rows.timestamp(Instant.EPOCH))
        .readsByIndex();
    Plan.of(database, PgSessionRepository.DELETE, hash).readsByIndex();
  }

  @Test
  void removesWhatIsOverWithoutLookingAtTheRest() {
    Plan.of(database, PgSessionRepository.DELETE_EXPIRED, Rows.timestamp(Instant.EPOCH))
        .readsByIndex()
        .uses("session_expiry");
  }

  @Test
  void endsTheSessionsOfAUser() {
    Plan.of(database, "DELETE FROM session WHERE user_id = $1", 7L).findsByIndex();
  }
}
