package dev.breakwater.storage.sql.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.session.Session;
import dev.breakwater.core.user.NewUser;
import dev.breakwater.core.user.User;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.user.PgUserAccountRepository;
import dev.breakwater.storage.sql.user.PgUserRepository;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

final class PgSessionRepositoryTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  private final Database database = TestDatabase.migrated();
  private final PgSessionRepository sessions = new PgSessionRepository(database);
  private final PgUserAccountRepository accounts = new PgUserAccountRepository(database);
  private final User user =
      Await.value(
          new PgUserRepository(database)
              .create(NewUser.local("alice", null, "", "", false, "$hash")));

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void keepsRenewsAndEndsASession() {
    insert(1, NOW.plusSeconds(60));

    assertThat(Await.value(sessions.find(hash(1))).userId()).isEqualTo(user.id());
    Await.done(sessions.renew(hash(1), NOW.plusSeconds(30), NOW.plusSeconds(90)));
    assertThat(Await.value(sessions.find(hash(1))).expiresAt()).isEqualTo(NOW.plusSeconds(90));
    Await.done(sessions.renew(hash(1), NOW.plusSeconds(10), NOW.plusSeconds(70)));
    assertThat(Await.value(sessions.find(hash(1))).expiresAt()).isEqualTo(NOW.plusSeconds(90));
    assertThat(
            Await.value(database.<Boolean>inTx(tx -> sessions.delete(tx, hash(1)))).booleanValue())
        .isTrue();
    StepVerifier.create(sessions.find(hash(1))).verifyComplete();
  }

  @Test
  void deletesThoseThatHaveEndedAndNoOthers() {
    insert(1, NOW.minusSeconds(1));
    insert(2, NOW.plusSeconds(1));

    assertThat(Await.value(sessions.deleteExpired(NOW))).isEqualTo(1);

    StepVerifier.create(sessions.find(hash(2))).expectNextCount(1).verifyComplete();
  }

  @Test
  void endsWithAChangedPasswordAndWithTheUser() {
    insert(1, NOW.plusSeconds(60));
    Await.value(database.inTx(tx -> accounts.changePassword(tx, user.id(), "$new")));
    StepVerifier.create(sessions.find(hash(1))).verifyComplete();

    insert(2, NOW.plusSeconds(60));
    assertThat(
            Await.value(database.<Boolean>inTx(tx -> accounts.delete(tx, user.id())))
                .booleanValue())
        .isTrue();
    StepVerifier.create(sessions.find(hash(2))).verifyComplete();
    assertThat(
            Await.value(database.<Boolean>inTx(tx -> accounts.delete(tx, user.id())))
                .booleanValue())
        .isFalse();
    assertThat(
            Await.value(
                    new PgUserRepository(database)
                        .create(NewUser.local("alice", null, "", "", false, "$hash")))
                .id())
        .isNotEqualTo(user.id());
  }

  private void insert(int number, Instant end) {
    Await.value(
        database.inTx(tx ->
            sessions
                .insert(tx, hash(number), new Session(user.id(), NOW, NOW, end))
                .thenReturn(true)));
  }

  private static byte[] hash(int number) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) number;
    return bytes;
  }
}
