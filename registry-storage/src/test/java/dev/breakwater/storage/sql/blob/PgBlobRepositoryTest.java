package dev.breakwater.storage.sql.blob;

import static dev.breakwater.storage.sql.Pushes.NOW;
import static dev.breakwater.storage.sql.Pushes.PROJECT;
import static dev.breakwater.storage.sql.Pushes.digest;
import static dev.breakwater.storage.sql.Pushes.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.blob.BlobRepository.LinkedBlob;
import dev.breakwater.core.blob.BlobRepository.Unlinked;
import dev.breakwater.core.blob.UploadSession;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.quota.MoreRoomNeeded;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.RegistryRows;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.quota.PgQuotaRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class PgBlobRepositoryTest {
  private static final RepositoryName ONE = RepositoryName.parse("library/one");
  private static final RepositoryName TWO = RepositoryName.parse("library/two");
  private static final Instant LEASE = NOW.plus(Duration.ofHours(24));
  private static final Digest BLOB = digest("blob");

  private Database database;
  private PgBlobRepository blobs;
  private RegistryRows rows;
  private PgUploadRepository uploads;

  @BeforeEach
  void create() {
    database = TestDatabase.migrated();
    blobs = new PgBlobRepository(database);
    rows = new RegistryRows(database);
    uploads = new PgUploadRepository(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void linksACommittedBlobToItsRepositoryOnly() {
    push(ONE, BLOB, 42);

    assertThat(size(ONE, BLOB)).contains(42L);
    assertThat(Await.optional(blobs.findLinked(TWO, BLOB))).isEmpty();
    assertThat(Await.optional(blobs.findLinked(ONE, digest("other")))).isEmpty();
  }

  @Test
  void endsTheSessionWithTheCommit() {
    UploadSession session = push(ONE, BLOB, 42);

    assertThat(Await.optional(uploads.find(session.id()))).isEmpty();
  }

  /** What was promised to the upload is in the account, too. */
  @Test
  void doesNothingBeyondTheQuotaButTellsHowMuchIsMissing() {
    PgQuotaRepository quotas = new PgQuotaRepository(database);
    UploadSession session = session(ONE);
    Await.done(uploads.create(session));
    Await.done(database.inTx(tx -> quotas.setLimit(tx, session.projectId(), 100)));
    Await.done(
        quotas.reserve(session.projectId(), session.id().value(), 30, 30, NOW.plusSeconds(3600)));

    assertThatThrownBy(() -> commit(session, LEASE))
        .isInstanceOf(MoreRoomNeeded.class)
        .hasMessageContaining("12 bytes");
    assertThat(count("repository_blob")).isZero();
    assertThat(Await.optional(uploads.find(session.id()))).isPresent();

    Await.done(
        quotas.reserve(session.projectId(), session.id().value(), 12, 12, NOW.plusSeconds(3600)));
    commit(session, LEASE);
    assertThat(size(ONE, BLOB)).contains(42L);
  }

  @Test
  void storesABlobOfTwoRepositoriesOnce() {
    push(ONE, BLOB, 42);
    push(TWO, BLOB, 42);
    push(TWO, BLOB, 42);

    assertThat(count("blob")).isEqualTo(1);
    assertThat(count("repository_blob")).isEqualTo(2);
  }

  @Test
  void prolongsALeaseAndNeverShortensIt() {
    commit(session(ONE), LEASE);
    commit(session(ONE), LEASE.plusSeconds(60));
    commit(session(ONE), LEASE.minusSeconds(60));

    Instant lease =
        Await.value(
            database.one(
                "SELECT leased_until FROM repository_blob",
                row -> Rows.instant(row, "leased_until")));
    assertThat(lease).isEqualTo(LEASE.plusSeconds(60));
  }

  @Test
  void letsConcurrentPushesOfOneDigestIntoANewRepositoryAllSucceed() {
    for (int round = 0; round < 20; round++) {
      RepositoryName repository = RepositoryName.parse("library/round" + round);
      Digest digest = digest("round" + round);

      Await.done(
          Flux.range(0, 8)
              .flatMap(_ -> rows.commit(session(repository), digest, 5, LEASE), 8)
              .then());

      assertThat(size(repository, digest)).contains(5L);
    }
    assertThat(count("blob")).isEqualTo(20);
    assertThat(count("repository_blob")).isEqualTo(20);
  }

  @Test
  void doesNotWaitForAnotherPushIntoTheSameRepository() {
    push(ONE, digest("first"), 1);
    Database other = Database.connect(database.settings());

    Mono<Void> slow =
        other.inTx(tx ->
            other
                .in(tx)
                .update(
                    """
                    INSERT INTO repository_blob (repository_id, blob_id, leased_until)
                    SELECT repository.id, b.id, now()
                    FROM repository,
                      (SELECT id FROM blob ORDER BY id DESC LIMIT 1) b
                    ON CONFLICT (repository_id, blob_id) DO UPDATE SET leased_until = now()
                    """)
                .then(Mono.defer(() -> rows.commit(session(ONE), BLOB, 2, LEASE).then()))
                .timeout(Duration.ofSeconds(5)));
    Await.done(slow);

    other.close();
    assertThat(size(ONE, BLOB)).contains(2L);
  }

  @Test
  void mountsOnlyWhatTheSourceLinks() {
    push(ONE, BLOB, 42);

    assertThat(Await.optional(rows.mount(BLOB, ONE, TWO, PROJECT, LEASE))).contains(42L);
    assertThat(Await.optional(rows.mount(digest("other"), ONE, TWO, PROJECT, LEASE))).isEmpty();

    assertThat(size(TWO, BLOB)).contains(42L);
    assertThat(Await.value(blobs.linking(BLOB, 10))).containsExactlyInAnyOrder(ONE, TWO);
    assertThat(Await.value(blobs.linking(BLOB, 1))).hasSize(1);
  }

  @Test
  void makesNoRepositoryForAMountThatFails() {
    assertThat(Await.optional(rows.mount(BLOB, ONE, TWO, PROJECT, LEASE))).isEmpty();

    assertThat(count("repository")).isZero();
  }

  @Test
  void unlinksABlobOfThisRepositoryAlone() {
    push(ONE, BLOB, 42);
    push(TWO, BLOB, 42);

    assertThat(Await.value(blobs.unlink(ONE, BLOB))).isEqualTo(new Unlinked.Done());
    assertThat(Await.value(blobs.unlink(ONE, BLOB))).isEqualTo(new Unlinked.Unknown());

    assertThat(Await.optional(blobs.findLinked(ONE, BLOB))).isEmpty();
    assertThat(size(TWO, BLOB)).contains(42L);
  }

  @Test
  void keepsABlobThatAManifestOfTheRepositoryNames() {
    push(ONE, BLOB, 42);
    push(TWO, BLOB, 42);
    var image = Pushes.image(ONE, "image", List.of(BLOB));
    assertThat(Await.value(rows.store(image))).isEmpty();

    assertThat(Await.value(blobs.unlink(ONE, BLOB)))
        .isEqualTo(new Unlinked.NamedBy(image.manifest().digest()));
    assertThat(Await.value(blobs.unlink(TWO, BLOB))).isEqualTo(new Unlinked.Done());
  }

  @Test
  void neverLetsAManifestInWhoseBlobIsUnlinkedAtThatMoment() {
    for (int round = 0; round < 50; round++) {
      Digest blob = digest("blob" + round);
      push(ONE, blob, 1);
      var image = Pushes.image(ONE, "image" + round, List.of(blob));

      var results = Await.value(Mono.zip(rows.store(image), blobs.unlink(ONE, blob)));

      boolean stored = results.getT1().isEmpty();
      boolean linked = Await.optional(blobs.findLinked(ONE, blob)).isPresent();
      assertThat(linked).as("round %s: %s", round, results).isEqualTo(stored);
      assertThat(results.getT2())
          .isEqualTo(
              stored ? new Unlinked.NamedBy(image.manifest().digest()) : new Unlinked.Done());
    }
  }

  private Optional<Long> size(RepositoryName repository, Digest digest) {
    return Await.optional(blobs.findLinked(repository, digest).map(LinkedBlob::size));
  }

  private UploadSession push(RepositoryName repository, Digest digest, long size) {
    UploadSession session = session(repository);
    Await.done(uploads.create(session));
    Await.done(rows.commit(session, digest, size, LEASE));
    return session;
  }

  private void commit(UploadSession session, Instant lease) {
    Await.done(rows.commit(session, BLOB, 42, lease));
  }

  private long count(String table) {
    return Await.value(
        database.one("SELECT count(*) AS n FROM " + table, row -> Rows.number(row, "n")));
  }
}
