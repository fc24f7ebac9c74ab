package dev.breakwater.storage.sql.gc;

import static dev.breakwater.storage.sql.Pushes.PROJECT;
import static dev.breakwater.storage.sql.Pushes.digest;
import static dev.breakwater.storage.sql.Pushes.image;
import static dev.breakwater.storage.sql.Pushes.index;
import static dev.breakwater.storage.sql.Pushes.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.gc.Estimate;
import dev.breakwater.core.gc.GarbageOptions;
import dev.breakwater.core.gc.GarbageRepository.Batch;
import dev.breakwater.core.gc.GarbageRepository.Blob;
import dev.breakwater.core.gc.GarbageRepository.Condemned;
import dev.breakwater.core.gc.GarbageRepository.Position;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.RegistryRows;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.blob.PgBlobRepository;
import dev.breakwater.storage.sql.quota.PgQuotaRepository;
import dev.breakwater.storage.sql.quota.ProjectContent;
import dev.breakwater.storage.sql.repository.PgRepositoryCatalog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

final class PgGarbageRepositoryTest {
  private static final RepositoryName ONE = RepositoryName.parse("library/one");
  private static final RepositoryName TWO = RepositoryName.parse("library/two");
  private static final Digest BLOB = digest("blob");
  private static final Instant OVER = Instant.parse("2026-01-01T00:00:00Z");

  private final Set<Digest> files = ConcurrentHashMap.newKeySet();
  private Database database;
  private RegistryRows rows;
  private PgBlobRepository blobs;
  private PgGarbageRepository garbage;
  private PgQuotaRepository quotas;

  @BeforeEach
  void create() {
    database = TestDatabase.migrated();
    rows = new RegistryRows(database);
    blobs = new PgBlobRepository(database);
    garbage = new PgGarbageRepository(database);
    quotas = new PgQuotaRepository(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void collectsABlobThatNoManifestNamesOnceItsLeaseIsOver() {
    push(ONE, BLOB, OVER);

    collect();

    assertThat(files).isEmpty();
    assertThat(linked(ONE, BLOB)).isFalse();
    assertThat(used()).isZero();
  }

  @Test
  void keepsABlobWhileItsLeaseLasts() {
    push(ONE, BLOB, Instant.now().plusSeconds(3600));

    collect();
    collect();

    assertThat(files).containsExactly(BLOB);
    assertThat(linked(ONE, BLOB)).isTrue();
  }

  @Test
  void keepsABlobThatAManifestNames() {
    push(ONE, BLOB, OVER);
    Await.done(rows.store(image(ONE, "image", List.of(BLOB))));

    collect();

    assertThat(files).containsExactly(BLOB);
    assertThat(linked(ONE, BLOB)).isTrue();
    assertThat(used()).isEqualTo(3 + "image".length());
  }

  @Test
  void collectsWhatTheLastManifestNamed() {
    push(ONE, BLOB, OVER);
    push(TWO, BLOB, OVER);
    Await.done(rows.store(image(ONE, "one", List.of(BLOB))));
    Await.done(rows.store(image(TWO, "two", List.of(BLOB))));
    collect();

    Await.done(rows.delete(ONE, digest("one")));
    collect();
    assertThat(files).containsExactly(BLOB);
    assertThat(linked(ONE, BLOB)).isFalse();

    Await.done(rows.delete(TWO, digest("two")));
    collect();
    assertThat(files).isEmpty();
    assertThat(used()).isZero();
  }

  @Test
  void keepsWhatCanStillBeBroughtBack() {
    push(ONE, BLOB, OVER);
    Await.done(rows.store(image(ONE, "image", List.of(BLOB), "v1")));
    Await.done(
        rows.delete(ONE, digest("image"), Optional.of(Instant.now().plus(Duration.ofHours(1)))));

    collect();

    assertThat(files).containsExactly(BLOB);
    assertThat(used()).as("no longer counted").isZero();

    Await.done(
        database.inTx(tx -> garbage.purgeDeleted(tx, Instant.now().plus(Duration.ofDays(2)), 100)));
    collect();
    assertThat(files).isEmpty();
  }

  @Test
  void collectsWhatAProjectHadWhenItGoes() {
    push(ONE, BLOB, OVER);
    Await.done(database.update("DELETE FROM repository"));

    collect();

    assertThat(files).isEmpty();
  }

  @Test
  void forgetsADeletedRepositoryOnceNothingOfItIsLeft() {
    PgRepositoryCatalog catalog = new PgRepositoryCatalog(database);
    push(ONE, BLOB, OVER);
    Await.done(rows.store(image(ONE, "image", List.of(BLOB), "v1")));
    Await.done(
        rows.delete(ONE, digest("image"), Optional.of(Instant.now().plus(Duration.ofHours(1)))));
    long id = Await.value(catalog.idOf(ONE));
    Await.done(database.inTx(tx -> catalog.delete(tx, id, "alice", UUID.randomUUID())));

    purgeRepositories();
    assertThat(Await.optional(catalog.idOf(ONE))).as("it can be brought back").isPresent();
    Await.done(
        database.inTx(tx -> garbage.purgeDeleted(tx, Instant.now().plus(Duration.ofDays(2)), 100)));
    push(ONE, digest("again"), Instant.now().plusSeconds(3600));
    purgeRepositories();
    assertThat(Await.optional(catalog.idOf(ONE))).as("it was pushed to").isPresent();

    Await.done(blobs.unlink(ONE, digest("again")));
    collect();
    purgeRepositories();
    assertThat(Await.optional(catalog.idOf(ONE))).isEmpty();
    assertThat(used()).isZero();
  }

  private void purgeRepositories() {
    Await.done(database.inTx(tx -> garbage.purgeRepositories(tx, 100)));
  }

  @Test
  void findsUntaggedArtifactsButNoChildrenOfIndexes() {
    Await.done(rows.store(image(ONE, "child", List.of())));
    Await.done(rows.store(index(ONE, "index", List.of(digest("child")), "latest")));
    Await.done(rows.store(image(ONE, "untagged", List.of())));
    Await.done(rows.store(image(TWO, "other", List.of())));
    Instant later = Instant.now().plusSeconds(60);

    Batch first = Await.value(garbage.untagged(later, Position.START, 10));
    Batch second =
        Await.value(
            garbage.untagged(
                later, new Position(first.repositoryId(), first.manifestIds().getLast()), 10));

    assertThat(first.repository()).contains(ONE);
    assertThat(first.manifestIds()).hasSize(1);
    assertThat(second.repository()).contains(TWO);
    assertThat(Await.value(garbage.untagged(OVER, Position.START, 10)).manifestIds()).isEmpty();
  }

  @Test
  void estimatesWhatARunWouldDelete() {
    push(ONE, BLOB, OVER);
    push(ONE, digest("leased"), Instant.now().plusSeconds(3600));
    Await.done(rows.store(image(TWO, "untagged", List.of())));
    Instant later = Instant.now().plusSeconds(60);

    Estimate all =
        Await.value(
            garbage.estimate(
                new GarbageOptions(true, false, true, 1),
                later,
                Instant.now(),
                List.of(),
                false,
                1000));

    assertThat(all).isEqualTo(new Estimate(1, 1, 3, true));
    assertThat(files).hasSize(2);
  }

  /** A push that puts its blob in place while the same blob is being deleted. */
  @Test
  void neverDeletesABlobThatIsPushedAgainAtThatMoment() {
    for (int round = 0; round < 100; round++) {
      Digest blob = digest("blob" + round);
      push(TWO, blob, OVER);
      Await.done(blobs.unlink(TWO, blob));
      int number = round;

      Await.done(
          Mono.when(
              pushing(ONE, blob, Instant.now().plusSeconds(3600))
                  .then(Mono.defer(() -> rows.store(image(ONE, "image" + number, List.of(blob))))),
              collecting(),
              collecting()));

      assertThat(linked(ONE, blob)).isTrue();
      assertThat(files).as("round %s", round).contains(blob);
    }
  }

  @Test
  void neverUnlinksABlobThatAManifestComesToName() {
    for (int round = 0; round < 100; round++) {
      Digest blob = digest("blob" + round);
      push(ONE, blob, OVER);

      var missing =
          Await.value(
              Mono.zip(
                  rows.store(image(ONE, "image" + round, List.of(blob))),
                  collecting().thenReturn(true)));
      collect();

      boolean stored = missing.getT1().isEmpty();
      assertThat(linked(ONE, blob)).as("round %s", round).isEqualTo(stored);
      assertThat(files.contains(blob)).isEqualTo(stored);
      assertThat(Await.value(quotas.recount(PROJECT))).as("round %s", round).isZero();
    }
  }

  @Test
  void holdsNoLinkWhileADeletionHoldsTheContent() {
    push(ONE, BLOB, OVER);

    holdsNoLinkWhileWaiting(Mono.defer(this::collecting));

    assertThat(linked(ONE, BLOB)).isFalse();
  }

  @Test
  void deletesABlobWithoutHoldingItsLinkWhileADeletionHoldsTheContent() {
    push(ONE, BLOB, OVER);

    holdsNoLinkWhileWaiting(blobs.unlink(ONE, BLOB));

    assertThat(linked(ONE, BLOB)).isFalse();
  }

  /** Deletions lock the content first and then the links: whoever does otherwise runs into them. */
  private void holdsNoLinkWhileWaiting(Mono<?> other) {
    String[] digests = {BLOB.toString()};
    CompletableFuture<?> waiting =
        Await.value(
            database.inTx(tx ->
                ProjectContent.lock(database.in(tx), PROJECT, digests)
                    .then(Mono.<CompletableFuture<?>>fromSupplier(other::toFuture))
                    .delayUntil(_ -> somebodyWaits())
                    .delayUntil(_ ->
                        database
                            .in(tx)
                            .many(
                                "SELECT blob_id FROM repository_blob FOR UPDATE NOWAIT",
                                row -> Rows.number(row, "blob_id")))));
    Await.done(Mono.fromFuture(waiting));
  }

  private Mono<Long> somebodyWaits() {
    return database
        .one(
            """
            SELECT count(*) AS n FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
            """,
            row -> Rows.number(row, "n"))
        .filter(waiting -> waiting > 0)
        .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(10)));
  }

  private void push(RepositoryName repository, Digest blob, Instant leasedUntil) {
    Await.done(pushing(repository, blob, leasedUntil));
  }

  /** The steps of a push: protect, put the file in place, commit the rows. */
  private Mono<Digest> pushing(RepositoryName repository, Digest blob, Instant leasedUntil) {
    return blobs
        .protect(blob, leasedUntil)
        .then(Mono.fromRunnable(() -> files.add(blob)))
        .then(Mono.defer(() -> rows.commit(session(repository), blob, 3, leasedUntil)));
  }

  private void collect() {
    Await.done(collecting());
  }

  private Mono<Void> collecting() {
    return Mono.defer(() -> {
      Instant now = Instant.now();
      return database
          .inTx(tx -> garbage.reviewLinks(tx, now, 100))
          .then(Mono.defer(this::deleting));
    });
  }

  private Mono<Void> deleting() {
    Instant now = Instant.now();
    return database
        .inTx(tx -> garbage.lockCondemned(tx, now, now, 100).delayUntil(found -> delete(tx, found)))
        .then();
  }

  private Mono<Void> delete(Tx tx, Condemned found) {
    found.blobs().forEach(blob -> files.remove(blob.digest()));
    return garbage.forget(tx, found.blobs().stream().map(Blob::id).toList());
  }

  private boolean linked(RepositoryName repository, Digest blob) {
    return Await.optional(blobs.findLinked(repository, blob)).isPresent();
  }

  private long used() {
    assertThat(Await.value(quotas.recount(PROJECT))).as("difference").isZero();
    return Await.value(quotas.find(PROJECT)).used();
  }
}
