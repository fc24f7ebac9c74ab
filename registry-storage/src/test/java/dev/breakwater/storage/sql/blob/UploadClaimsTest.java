package dev.breakwater.storage.sql.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.blob.UploadClaim;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.blob.UploadSession;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Which of several replicas may write to an upload. */
final class UploadClaimsTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final UUID ONE = UUID.randomUUID();
  private static final UUID TWO = UUID.randomUUID();

  private static Database database;
  private static PgUploadRepository uploads;

  @BeforeAll
  static void create() {
    database = TestDatabase.migrated();
    uploads = PgUploadRepository.shared(database);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void letsOneReplicaWriteAtATime() {
    UploadId upload = begun();

    assertThat(claim(upload, ONE, LONG)).isEqualTo(UploadClaim.TAKEN);
    assertThat(claim(upload, TWO, LONG)).isEqualTo(UploadClaim.BUSY);
    assertThat(claim(upload, ONE, LONG)).isEqualTo(UploadClaim.TAKEN);

    Await.done(uploads.release(upload, TWO));
    assertThat(claim(upload, TWO, LONG)).isEqualTo(UploadClaim.BUSY);
    Await.done(uploads.release(upload, ONE));
    assertThat(claim(upload, TWO, LONG)).isEqualTo(UploadClaim.TAKEN);
  }

  @Test
  void tellsWhenTheLastWriterNeverGaveItBack() {
    UploadId upload = begun();
    claim(upload, ONE, Duration.ZERO);

    assertThat(claim(upload, TWO, LONG)).isEqualTo(UploadClaim.TAKEN_OVER);

    assertThat(Await.value(uploads.extend(upload, ONE, LONG))).isFalse();
    assertThat(Await.value(uploads.extend(upload, TWO, LONG))).isTrue();
  }

  @Test
  void letsOneOfManyWriteThatAskAtOnce() {
    UploadId upload = begun();

    List<UploadClaim> claims =
        Await.value(
            Flux.range(0, 12)
                .flatMap(_ -> uploads.claim(upload, UUID.randomUUID(), LONG), 12)
                .collectList());

    assertThat(claims).containsOnlyOnce(UploadClaim.TAKEN).contains(UploadClaim.BUSY).hasSize(12);
    assertThat(claims).doesNotContain(UploadClaim.TAKEN_OVER);
  }

  @Test
  void knowsNoUploadThatIsGone() {
    assertThat(claim(UploadId.random(), ONE, LONG)).isEqualTo(UploadClaim.GONE);
  }

  @Test
  void asksNobodyWhereThereIsOneReplica() {
    PgUploadRepository alone = new PgUploadRepository(database);

    assertThat(Await.value(alone.claim(UploadId.random(), ONE, LONG)))
        .isEqualTo(UploadClaim.UNNEEDED);
  }

  private static UploadClaim claim(UploadId upload, UUID writer, Duration lease) {
    return Await.value(uploads.claim(upload, writer, lease));
  }

  private static UploadId begun() {
    UploadSession session =
        new UploadSession(
            UploadId.random(),
            RepositoryName.parse("library/one"),
            Pushes.PROJECT,
            "user:7",
            0,
            Pushes.NOW);
    Await.done(uploads.create(session));
    return session.id();
  }
}
