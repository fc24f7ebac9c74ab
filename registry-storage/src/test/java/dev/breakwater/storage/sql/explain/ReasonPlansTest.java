package dev.breakwater.storage.sql.explain;

import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import org.junit.jupiter.api.Test;

/** 60,000 artifacts. */
final class ReasonPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void findsReasonsByIndexes() {
    String repository = LargeRegistry.REPOSITORY;
    String blob = LargeRegistry.blob(7);
    explain(PgReasonRepository.INDEXES, 7L, 100).findsByIndex();
    explain(PgReasonRepository.SUBJECT, 7L).findsByIndex();
    explain(PgReasonRepository.RESTORABLE, repository, LargeRegistry.manifest(7)).findsByIndex();
    explain(PgReasonRepository.LINK, repository, blob).findsByIndex();
    explain(PgReasonRepository.MANIFESTS, repository, blob, 100).findsByIndex();
    explain(PgReasonRepository.DELETED, repository, blob, 100).findsByIndex();
  }

  private Plan explain(String sql, Object... parameters) {
    return Plan.of(database, sql, parameters);
  }
}
