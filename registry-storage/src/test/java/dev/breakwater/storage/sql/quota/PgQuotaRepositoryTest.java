package dev.breakwater.storage.sql.quota;

import static dev.breakwater.storage.sql.Pushes.PROJECT;
import static dev.breakwater.storage.sql.Pushes.digest;
import static dev.breakwater.storage.sql.Pushes.image;
import static dev.breakwater.storage.sql.Pushes.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.quota.Promise;
import dev.breakwater.core.quota.RecountQuotas;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.RegistryRows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.job.TestJob;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class PgQuotaRepositoryTest {
  private static final RepositoryName ONE = RepositoryName.parse("library/one");
  private static final RepositoryName TWO = RepositoryName.parse("library/two");
  private static final Instant LATER = Instant.now().plusSeconds(3600);

  private Database database;
  private RegistryRows rows;
  private PgQuotaRepository quotas;

  @BeforeEach
  void create() {
    database = TestDatabase.migrated();
    rows = new RegistryRows(database);
    quotas = new PgQuotaRepository(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void neverPromisesTheSameRoomTwice() {
    limit(1000);

    List<Promise> promises =
        Await.value(
            Flux.range(0, 200)
                .flatMap(_ -> quotas.reserve(PROJECT, UUID.randomUUID(), 20, 20, LATER), 16)
                .collectList());

    assertThat(promises.stream().filter(promise -> promise.granted() == 20)).hasSize(50);
    assertThat(promises.stream().filter(promise -> promise.granted() < 0))
        .hasSize(150)
        .allMatch(promise -> promise.used() + promise.reserved() + 20 > promise.limit());
  }

  @Test
  void promisesWhatIsLeftIfThatIsEnough() {
    limit(100);
    UUID id = UUID.randomUUID();

    assertThat(reserve(id, 80, 80).granted()).isEqualTo(80);
    assertThat(reserve(id, 50, 10).granted()).isEqualTo(20);
    assertThat(reserve(id, 50, 10).granted()).isNegative();
    assertThat(Await.value(quotas.reserved(id))).isEqualTo(100);

    Await.done(quotas.shrink(id, 30));
    assertThat(reserve(UUID.randomUUID(), 70, 70).granted()).isEqualTo(70);
    Await.done(quotas.shrink(id, 0));
    assertThat(Await.value(quotas.reserved(id))).isZero();
  }

  @Test
  void forgetsPromisesThatRanOut() {
    limit(100);
    Await.done(quotas.reserve(PROJECT, UUID.randomUUID(), 100, 100, Instant.now().minusSeconds(1)));

    assertThat(reserve(UUID.randomUUID(), 100, 100).granted()).isEqualTo(100);
    assertThat(Await.value(quotas.removeExpired())).isEqualTo(1);
  }

  @Test
  void countsEachContentOfAProjectOnceWhateverRaces() {
    for (int round = 0; round < 20; round++) {
      Digest blob = digest("blob" + round);
      String content = "image" + round;

      Await.done(
          Mono.when(
              rows.commit(session(ONE), blob, 100, LATER),
              rows.commit(session(TWO), blob, 100, LATER)));
      Await.done(
          Mono.when(
              rows.store(image(ONE, content, List.of(blob), "a")),
              rows.store(image(TWO, content, List.of(blob), "b"))));
      Await.done(Mono.when(rows.delete(ONE, digest(content)), rows.delete(TWO, digest(content))));

      assertThat(Await.value(quotas.recount(PROJECT))).as("round %s", round).isZero();
      assertThat(used()).as("round %s", round).isZero();
    }
  }

  @Test
  void addsUpChangesWithoutLosingAny() {
    Await.done(
        Flux.range(0, 100)
            .flatMap(n -> rows.commit(session(ONE), digest("blob" + n), 10, LATER), 8)
            .then());

    assertThat(used()).isEqualTo(1000);
    assertThat(Await.value(database.inTx(tx -> quotas.fold(tx, 60))).changes()).isEqualTo(60);
    assertThat(used()).isEqualTo(1000);
    assertThat(Await.value(database.inTx(tx -> quotas.fold(tx, 60))).changes()).isEqualTo(40);
    assertThat(used()).isEqualTo(1000);
    assertThat(Await.value(quotas.recount(PROJECT))).isZero();
  }

  @Test
  void correctsAUseThatIsWrong() {
    Await.done(rows.commit(session(ONE), digest("blob"), 10, LATER));
    Await.done(database.update("DELETE FROM project_content"));
    Await.done(
        database.update("INSERT INTO project_usage_change (project_id, bytes) VALUES (1, 5)"));

    assertThat(Await.value(quotas.recount(PROJECT))).isEqualTo(-5);
    assertThat(used()).isEqualTo(10);
    assertThat(Await.value(quotas.recount(PROJECT))).isZero();
  }

  @Test
  void tellsInALogWhichProjectsWereWrong() {
    Await.done(
        database.update("INSERT INTO project_usage_change (project_id, bytes) VALUES (1, 5)"));
    RecountQuotas recount = new RecountQuotas(quotas);
    TestJob first = new TestJob(-1, Map.of());
    TestJob second = new TestJob(-1, Map.of());

    Await.done(recount.run(first));
    Await.done(recount.run(second));

    assertThat(first.lines)
        .containsExactly(
            "project library: the use was wrong by -5 bytes; it is corrected",
            "1 projects were wrong");
    assertThat(second.lines).containsExactly("every project's use is right");
    assertThat(used()).isZero();
  }

  @Test
  void promisesRoomThatIsNotThereWhereLimitsDoNotCount() {
    UUID id = UUID.randomUUID();
    limit(100);

    Await.done(quotas.allow(PROJECT, id, 1000, LATER));
    Await.done(quotas.allow(PROJECT, id, 500, LATER));

    assertThat(Await.value(quotas.reserved(id))).isEqualTo(1500);
  }

  private Promise reserve(UUID id, long wanted, long needed) {
    return Await.value(quotas.reserve(PROJECT, id, wanted, needed, LATER));
  }

  private void limit(long bytes) {
    Await.done(database.inTx(tx -> quotas.setLimit(tx, PROJECT, bytes)));
  }

  private long used() {
    return Await.value(quotas.find(PROJECT)).used();
  }
}
