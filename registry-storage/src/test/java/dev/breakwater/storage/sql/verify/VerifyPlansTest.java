package dev.breakwater.storage.sql.verify;

import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.Pushes;
import org.junit.jupiter.api.Test;

final class VerifyPlansTest {
  private static final Object DIGESTS =
      new String[] {Pushes.digest("a").toString(), Pushes.digest("b").toString()};

  private final Database database = LargeRegistry.database();

  @Test
  void pagesByTheKeysWithoutSorting() {
    explain(PgVerifyRepository.PAGE, "sha256:ab", "sha256:abg", 500)
        .readsByIndex()
        .doesNotSort()
        .uses("blob_digest");
    explain(PgVerifyRepository.LAST, 7L, 100).readsByIndex().doesNotSort();
    explain(PgVerifyRepository.LOST_LINKS, 7L, 9L).readsByIndex();
  }

  @Test
  void findsSomeOfManyByTheirDigests() {
    explain(PgVerifyRepository.FIND, DIGESTS).findsByIndex();
    explain(PgVerifyRepository.LOCK, DIGESTS).findsByIndex();
    explain(PgVerifyRepository.RELEASE, DIGESTS).findsByIndex();
  }

  private Plan explain(String sql, Object... parameters) {
    return Plan.of(database, sql, parameters);
  }
}
