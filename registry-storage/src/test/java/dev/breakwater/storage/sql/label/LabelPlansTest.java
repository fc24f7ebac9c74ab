package dev.breakwater.storage.sql.label;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.query.Conditions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 20,000 labels. */
final class LabelPlansTest {
  private final Database database = LargeRegistry.database();

  @ParameterizedTest
  @ValueSource(strings = {"", "name=~bel1", "name=label7"})
  void listsAPage(String query) {
    for (Optional<Long> project : List.of(Optional.of(7L), Optional.<Long>empty())) {
      Conditions conditions =
          PgLabelRepository.COLUMNS.narrow(
              PgLabelRepository.scope(project), QueryParser.conditions(query));

      Plan.of(
              database,
              PgLabelRepository.COLUMNS.page(
                  PgLabelRepository.SELECT,
                  conditions,
                  new ListRequest(List.of(), List.of(), 0, 9)),
              conditions.parameters(0, 9))
          .findsByIndex();
      Plan.of(database, PgLabelRepository.COUNT + conditions.where(), conditions.parameters())
          .findsByIndex();
    }
  }

  @Test
  void findsALabelAndTheArtifactToLabel() {
    String digest = LargeRegistry.manifest(7);
    Plan.of(database, PgLabelRepository.FIND, 7L).readsByIndex();
    Plan.of(database, PgLabelRepository.DELETE, 7L).readsByIndex();
    Plan.of(database, PgLabelRepository.BY_DIGEST, LargeRegistry.REPOSITORY, digest).readsByIndex();
    Plan.of(database, PgLabelRepository.BY_TAG, LargeRegistry.REPOSITORY, "v7").readsByIndex();
    Plan.of(database, PgLabelRepository.REMOVE, 7L, 7L).readsByIndex();
  }

  @Test
  void readsTheLabelsOfAPageOfArtifacts() {
    Plan.of(database, PgLabelRepository.LABELS_OF, (Object) new Long[] {7L, 8L, 9L}).findsByIndex();
  }
}
