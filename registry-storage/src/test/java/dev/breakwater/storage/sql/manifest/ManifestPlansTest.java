package dev.breakwater.storage.sql.manifest;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.Pushes;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ManifestPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void resolvesATag() {
    explain(PgManifestRepository.RESOLVE, LargeRegistry.REPOSITORY, "v7").readsByIndex();
  }

  @Test
  void findsAManifest() {
    explain(PgManifestRepository.FIND, LargeRegistry.REPOSITORY, LargeRegistry.manifest(7))
        .readsByIndex();
  }

  @Test
  void storesAManifest() {
    List<Digest> blobs =
        List.of(Digest.parse(LargeRegistry.blob(7)), Digest.parse(LargeRegistry.blob(8)));
    Object[] row =
        PgManifestRepository.row(
            Pushes.image(RepositoryName.parse(LargeRegistry.REPOSITORY), "new", blobs, "latest"));

    explain(PgManifestRepository.STORE, row).readsByIndex();
  }

  @Test
  void deletesAManifest() {
    explain(PgManifestRepository.LOCK, LargeRegistry.REPOSITORY, LargeRegistry.manifest(7))
        .readsByIndex();
    explain(PgManifestRepository.DELETE, 7L).readsByIndex();
  }

  @Test
  void deletesATag() {
    explain(PgManifestRepository.DELETE_TAG, LargeRegistry.REPOSITORY, "v7").readsByIndex();
  }

  @Test
  void pagesReferrers() {
    explain(
            PgManifestRepository.REFERRERS,
            LargeRegistry.REPOSITORY,
            LargeRegistry.manifest(1),
            "",
            100)
        .readsByIndex()
        .doesNotSort()
        .uses("manifest_subject");
    explain(
            PgManifestRepository.REFERRERS,
            LargeRegistry.REPOSITORY,
            LargeRegistry.manifest(1),
            LargeRegistry.manifest(8),
            100)
        .readsByIndex()
        .doesNotSort();
  }

  @Test
  void pagesReferrersOfAType() {
    explain(
            PgManifestRepository.REFERRERS_OF_TYPES,
            LargeRegistry.REPOSITORY,
            LargeRegistry.manifest(1),
            "",
            100,
            new String[] {"type/8"})
        .readsByIndex();
  }

  private Plan explain(String sql, Object... parameters) {
    return Plan.of(database, sql, parameters);
  }
}
