package dev.breakwater.storage.sql.gc;

import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.Rows;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;

final class GarbagePlansTest {
  private static final OffsetDateTime NOW = Rows.timestamp(Pushes.NOW);
  private static final Long[] NUMBERS = {7L, 8L};

  private final Database database = LargeRegistry.database();

  @Test
  void findsCandidatesByTheirIndexes() {
    explain(EndedManifests.UNTAGGED, NOW, 1L, 7L, 100).findsByIndex().uses("manifest_untagged");
    explain(EndedManifests.EXPIRED, NOW, 1L, 7L, 100).findsByIndex().uses("manifest_expiry");
    explain(PgGarbageRepository.DELETED_REPOSITORIES, 100).findsByIndex();
    explain(LinkReview.REVIEW, NOW, 100).readsByIndex().uses("repository_blob_review");
    explain(PgGarbageRepository.CONDEMNED, NOW, 100).readsByIndex().uses("blob_condemned");
  }

  @Test
  void looksAtLockedOnesByTheirKeys() {
    explain(LinkReview.LOCK_LINKS, NUMBERS, NUMBERS).readsByIndex();
    explain(LinkReview.REVIEWED, NUMBERS, NUMBERS, NOW).readsByIndex();
    explain(LinkReview.UNLINK, NUMBERS, NUMBERS).readsByIndex();
    explain(PgGarbageRepository.SPARE, NUMBERS, NOW).readsByIndex();
    explain(EndedManifests.POSTPONE, NUMBERS, NUMBERS).readsByIndex();
    explain(PgGarbageRepository.FORGET_REPOSITORIES, (Object) NUMBERS).readsByIndex();
    explain(PgGarbageRepository.FORGET, (Object) NUMBERS).readsByIndex();
  }

  @Test
  void addsUpWhatWouldGoByTheSameIndexes() {
    explain(GarbageEstimate.ESTIMATE, true, NOW, NOW, NOW, 100, true, new Long[] {1L})
        .findsByIndex();
  }

  private Plan explain(String sql, Object... parameters) {
    return Plan.of(database, sql, parameters);
  }
}
