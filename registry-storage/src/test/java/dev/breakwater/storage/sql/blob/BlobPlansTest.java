package dev.breakwater.storage.sql.blob;

import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.Rows;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.junit.jupiter.api.Test;

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
  }

  @Test
  void findsStaleSessionsOldestFirst() {
    explain(PgUploadRepository.UNTOUCHED, LEASE, 100).readsByIndex().doesNotSort();
  }

  private Plan explain(String sql, Object... parameters) {
    return Plan.of(database, sql, parameters);
  }
}
