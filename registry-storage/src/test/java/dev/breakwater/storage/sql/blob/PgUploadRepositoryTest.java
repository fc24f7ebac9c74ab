package dev.breakwater.storage.sql.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.blob.UploadSession;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.quota.Promise;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.quota.PgQuotaRepository;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

final class PgUploadRepositoryTest {
  private static final RepositoryName REPOSITORY = RepositoryName.parse("library/one");

  private static Database database;
  private static PgUploadRepository uploads;

  @BeforeAll
  static void create() {
    database = TestDatabase.migrated();
    uploads = new PgUploadRepository(database);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void findsASessionAsItWasBegun() {
    UploadSession session = begun(Pushes.NOW);

    assertThat(Await.optional(uploads.find(session.id()))).contains(session);
    assertThat(Await.optional(uploads.find(UploadId.random()))).isEmpty();
  }

  @Test
  void promisesRoomWithTheSession() {
    PgQuotaRepository quotas = new PgQuotaRepository(database);
    Await.done(database.inTx(tx -> quotas.setLimit(tx, Pushes.PROJECT, 1000)));
    UploadSession session = session(Pushes.NOW);

    Promise promise = Await.value(uploads.create(session, 600, Instant.now().plusSeconds(60)));

    assertThat(promise).isEqualTo(new Promise(600, 0, 0, 1000));
    assertThat(Await.optional(uploads.find(session.id()))).contains(session);
    assertThat(Await.value(quotas.reserved(session.id().value()))).isEqualTo(600);
  }

  @Test
  void movesTheOffsetForOneOfManyOnly() {
    UploadSession session = begun(Pushes.NOW);

    List<Boolean> moved =
        Await.value(
            Flux.range(1, 10)
                .flatMap(n -> uploads.advance(session.id(), 0, n * 100L), 10)
                .collectList());

    assertThat(moved).containsOnlyOnce(true);
    assertThat(Await.value(uploads.find(session.id())).received()).isPositive();
  }

  @Test
  void deletesOnce() {
    UploadSession session = begun(Pushes.NOW);

    assertThat(Await.value(uploads.delete(session.id()))).isTrue();
    assertThat(Await.value(uploads.delete(session.id()))).isFalse();
    assertThat(Await.value(uploads.advance(session.id(), 0, 1))).isFalse();
  }

  @Test
  void restoresWhatNobodyElseCanHaveFinished() {
    PgUploadRepository shared = PgUploadRepository.shared(database);
    UploadSession now = session(Instant.now().plusSeconds(60));
    UploadSession beforeTheServerStarted = session(Instant.parse("2020-01-01T00:00:00Z"));

    assertThat(Await.value(shared.restore(now))).isFalse();
    assertThat(Await.optional(shared.find(now.id()))).isEmpty();
    assertThat(Await.value(uploads.restore(now))).isTrue();
    assertThat(Await.optional(uploads.find(now.id()))).contains(now);
    assertThat(Await.value(shared.restore(beforeTheServerStarted))).isTrue();
    assertThat(Await.value(shared.restore(beforeTheServerStarted))).isTrue();
    Await.done(uploads.delete(beforeTheServerStarted.id()));
  }

  @Test
  void listsUntouchedSessionsOldestFirst() {
    Instant longAgo = Instant.parse("2020-01-01T00:00:00Z");
    List<UploadId> old = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      old.add(begun(longAgo.plusSeconds(n)).id());
    }
    Await.done(uploads.advance(old.get(1), 0, 1));

    assertThat(Await.value(uploads.untouchedSince(longAgo.plus(Duration.ofDays(1)), 3)))
        .containsExactly(old.get(0), old.get(2), old.get(3));
    assertThat(Await.value(uploads.untouchedSince(longAgo, 3))).isEmpty();
  }

  private static UploadSession begun(Instant startedAt) {
    UploadSession session = session(startedAt);
    Await.done(uploads.create(session));
    return session;
  }

  private static UploadSession session(Instant startedAt) {
    return new UploadSession(
        UploadId.random(),
        REPOSITORY,
        Pushes.PROJECT,
        "user:7",
        0,
        startedAt.truncatedTo(ChronoUnit.MICROS));
  }
}
