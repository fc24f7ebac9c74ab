package dev.breakwater.storage.sql.tag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TagPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void pagesTags() {
    Plan.of(database, PgTagRepository.FIND_REPOSITORY, LargeRegistry.REPOSITORY).readsByIndex();
    Plan.of(database, PgTagRepository.LIST, 1L, "v3", 100).readsByIndex().doesNotSort();
  }

  @Test
  void countsRowsOfAPageOnly() {
    assertThat(
            Await.value(
                new PgTagRepository(database)
                    .list(RepositoryName.parse(LargeRegistry.REPOSITORY), Optional.of("v3"), 100)))
        .hasSize(100)
        .isSorted();
  }
}
