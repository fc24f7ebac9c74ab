package dev.breakwater.storage.sql.blob;

import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.GrownRepository;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.RowsRead;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BlobPlansTest {
  private static final OffsetDateTime LEASE = Rows.timestamp(Pushes.NOW);

  private final Database database = LargeRegistry.database();

  @Test
  void findsALink() {
    explain(PgBlobRepository.FIND_LINKED, LargeRegistry.REPOSITORY, LargeRegistry.blob(7))
        .readsByIndex();
  }

  @Test
  void findsRepositoriesOfABlob() {
    explain(PgBlobRepository.LINKING, LargeRegistry.blob(7), 50).readsByIndex().doesNotSort();
  }

  @Test
  void commitsAnUpload() {
    explain(
            PgBlobRepository.COMMIT_UPLOAD,
            LargeRegistry.REPOSITORY,
            1L,
            LargeRegistry.blob(7),
            5L,
            LEASE,
            UUID.randomUUID())
        .readsByIndex();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void pushesAndPullsInARepositoryThatGrewFasterThanStatistics(int known) {
    String blob = Pushes.digest("blob 7").toString();
    String fresh = Pushes.digest("a new one").toString();
    try (Database grown = GrownRepository.database(known)) {
      RowsRead.by(grown, PgBlobRepository.FIND_LINKED, GrownRepository.NAME, blob).isAtMost(50);
      RowsRead.by(grown, PgBlobRepository.PROTECT, blob, LEASE).isAtMost(50);
      for (String digest : List.of(blob, fresh)) {
        RowsRead.by(
                grown,
                PgBlobRepository.COMMIT_UPLOAD,
                GrownRepository.NAME,
                1L,
                digest,
                3L,
                LEASE,
                UUID.randomUUID())
            .isAtMost(50);
      }
      RowsRead.by(
              grown,
              PgBlobRepository.MOUNT,
              blob,
              GrownRepository.NAME,
              "library/other",
              1L,
              LEASE,
              UUID.randomUUID())
          .isAtMost(50);
    }
  }

  @Test
  void mounts() {
    explain(
            PgBlobRepository.MOUNT,
            LargeRegistry.blob(7),
            LargeRegistry.REPOSITORY,
            "library/small7",
            1L,
            LEASE,
            UUID.randomUUID())
        .readsByIndex();
  }

  @Test
  void unlinks() {
    explain(PgBlobRepository.FIND_LINK, LargeRegistry.REPOSITORY, LargeRegistry.blob(7))
        .readsByIndex();
    explain(PgBlobRepository.LOCK_LINK, 1L, 7L).readsByIndex();
    explain(PgBlobRepository.NAMED_BY, 1L, LargeRegistry.blob(7), 1L).readsByIndex();
    explain(PgBlobRepository.UNLINK, 1L, 7L).readsByIndex();
  }

  @Test
  void leasesAndProtects() {
    explain(PgBlobRepository.RENEW_LEASE, LargeRegistry.REPOSITORY, LargeRegistry.blob(7), LEASE)
        .readsByIndex();
    explain(PgBlobRepository.PROTECT, LargeRegistry.blob(7), LEASE).readsByIndex();
  }

  @Test
  void findsAndMovesASession() {
    explain(PgUploadRepository.FIND, UUID.randomUUID()).readsByIndex();
    explain(PgUploadRepository.ADVANCE, UUID.randomUUID(), 0L, 5L).readsByIndex();
    explain(PgUploadRepository.DELETE, UUID.randomUUID()).readsByIndex();
    explain(PgUploadRepository.TOUCH, (Object) new UUID[] {UUID.randomUUID()}).findsByIndex();
  }

  @Test
  void findsStaleSessionsOldestFirst() {
    explain(PgUploadRepository.UNTOUCHED, LEASE, 100).readsByIndex().doesNotSort();
  }

  @Test
  void beginsAndFindsAStagedUpload() {
    explain(PgStagedUploads.BEGIN, UUID.randomUUID(), "key").readsByIndex();
    explain(PgStagedUploads.BEGIN_DIRECT, UUID.randomUUID(), "key").readsByIndex();
    explain(PgStagedUploads.BEGIN_ANEW, UUID.randomUUID(), "key").readsByIndex();
    explain(PgStagedUploads.FIND, UUID.randomUUID()).readsByIndex();
    explain(PgStagedUploads.PIECES, LargeRegistry.staged()).readsByIndex().doesNotSort();
  }

  @Test
  void recordsAndForgetsThePiecesOfAStagedUpload() {
    UUID upload = LargeRegistry.staged();
    explain(PgStagedUploads.SET_MULTIPART, upload, 1L, "multipart").readsByIndex();
    explain(PgStagedUploads.ADD_PART, upload, 1L, 9L, 0L, 5L, "tag", "sum").readsByIndex();
    explain(PgStagedUploads.END, upload, 1L).readsByIndex();
    explain(PgStagedUploads.END_WITH_TAIL, upload, 1L, 9L, 0L, 5L).readsByIndex();
    explain(PgStagedUploads.SEAL, upload, 1L, 5L).readsByIndex();
    explain(PgStagedUploads.CUT, upload, 1L, 5L).findsByIndex();
    explain(PgStagedUploads.FORGET_TAILS, upload, new Long[] {1L, 2L}).findsByIndex();
    explain(PgStagedUploads.DELETE, upload).readsByIndex();
    explain(PgStagedUploads.DELETE_OWN, upload, 1L).readsByIndex();
  }

  @Test
  void findsStagedUploadsThatNobodyGoesOnWith() {
    explain(PgStagedUploads.UNTOUCHED, LEASE, 100).readsByIndex().doesNotSort();
    explain(PgStagedUploads.EXISTING, (Object) new UUID[] {LargeRegistry.staged()}).findsByIndex();
    explain(PgStagedUploads.TOUCH_LIVING, Rows.timestamp(Instant.now().minusSeconds(299_000)))
        .findsByIndex();
    explain(PgStagedUploads.RECORDED, "multipart", Rows.timestamp(Instant.now())).readsByIndex();
  }

  private Plan explain(String sql, Object... parameters) {
    return Plan.of(database, sql, parameters);
  }
}
