package dev.breakwater.storage.sql.manifest;

import static dev.breakwater.storage.sql.Pushes.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.manifest.NewManifest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.RegistryRows;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Tags that come to one manifest, and go from it, at the same time. */
final class TaggedManifestTest {
  private static final RepositoryName NAME = RepositoryName.parse("library/app");

  private final Database database = TestDatabase.migrated();
  private final RegistryRows rows = new RegistryRows(database);

  @AfterEach
  void close() {
    database.close();
  }

  /** The second is another transaction: it would wait for the first for ever. */
  @Test
  void getsTagsFromManyPushesAtOnce() {
    Await.done(rows.store(pushed("v1")));

    Await.done(
        database.inTx(tx ->
            rows.storeIn(tx, pushed("v2"))
                .then(Mono.defer(() -> rows.store(pushed("v3"))))
                .thenReturn(true)));

    assertThat(count("tag")).isEqualTo(3);
  }

  /** The push with the tag finds the other's row only when it wants to write its own. */
  @Test
  void knowsItsTagWhenAPushWithoutOneCameFirst() {
    for (int round = 0; round < 20; round++) {
      String content = "image" + round;
      Await.done(
          Mono.when(
              rows.store(image(NAME, content, List.of())),
              rows.store(image(NAME, content, List.of(), "by-tag" + round))));

      assertThat(count("manifest WHERE tagged")).as("round %s", round).isEqualTo(round + 1);
    }
  }

  @Test
  void knowsAfterEveryRaceWhetherItHasATag() {
    Await.done(rows.store(pushed("kept0")));
    for (int round = 0; round < 60; round++) {
      Tag last = Tag.parse("kept" + round);
      Await.done(
          Mono.when(
              rows.deleteTag(NAME, last),
              rows.store(pushed("a" + round)),
              rows.store(pushed("b" + round))));
      assertThat(count("manifest WHERE tagged")).as("round %s, tagged", round).isEqualTo(1);

      Await.done(
          Mono.when(
              rows.deleteTag(NAME, Tag.parse("a" + round)),
              rows.deleteTag(NAME, Tag.parse("b" + round)),
              rows.store(pushed("kept" + (round + 1)))));
      assertThat(count("manifest WHERE tagged")).as("round %s, last", round).isEqualTo(1);
    }
    Await.done(rows.deleteTag(NAME, Tag.parse("kept60")));
    assertThat(count("manifest WHERE tagged")).isZero();
  }

  private static NewManifest pushed(String tag) {
    return image(NAME, "image", List.of(), tag);
  }

  private long count(String from) {
    return Await.value(
        database.one("SELECT count(*) AS n FROM " + from, row -> Rows.number(row, "n")));
  }
}
