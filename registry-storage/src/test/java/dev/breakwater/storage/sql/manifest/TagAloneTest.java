package dev.breakwater.storage.sql.manifest;

import static dev.breakwater.storage.sql.Pushes.NOW;
import static dev.breakwater.storage.sql.Pushes.digest;
import static dev.breakwater.storage.sql.Pushes.image;
import static dev.breakwater.storage.sql.Pushes.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.manifest.ManifestPushes.Outcome;
import dev.breakwater.core.manifest.NewManifest;
import dev.breakwater.core.manifest.TagMove;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.RegistryRows;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.audit.PgAuditRepository;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A manifest that has a tag gets others, and whatever is not as simple as that is left alone. */
final class TagAloneTest {
  private static final RepositoryName NAME = RepositoryName.parse("library/app");

  private final Database database = TestDatabase.migrated();
  private final RegistryRows rows = new RegistryRows(database);

  @BeforeEach
  void prepare() {
    Await.done(new PgAuditRepository(database).ensurePartitions(YearMonth.now(ZoneOffset.UTC), 2));
    Await.done(rows.commit(session(NAME), digest("blob"), 3, NOW));
    Await.done(rows.storeAlone(pushed("image", "v1")));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void givesNewTagsWithTheirHistoryAndOneEvent() {
    Outcome outcome = Await.value(rows.tagAlone(pushed("image", "v2", "v3", "v2")));

    assertThat(outcome.created()).isFalse();
    assertThat(outcome.missing()).isEmpty();
    assertThat(outcome.unsettled()).isEmpty();
    assertThat(outcome.tags())
        .contains(
            new TagMove(Tag.parse("v2"), Optional.empty()),
            new TagMove(Tag.parse("v3"), Optional.empty()));
    assertThat(count("manifest")).isEqualTo(1);
    assertThat(count("tag JOIN manifest ON manifest.id = tag.manifest_id")).isEqualTo(3);
    assertThat(count("tag_change WHERE old_digest IS NULL AND new_digest IS NOT NULL"))
        .isEqualTo(3);
    assertThat(count("audit_log")).isEqualTo(2);
    assertThat(count("outbox")).isEqualTo(2);
  }

  @Test
  void leavesAManifestThatIsNotThere() {
    assertThat(tagged(pushed("other", "v2"))).isEmpty();
    assertNothingHappened();
  }

  @Test
  void leavesATagThatIsThere() {
    Await.done(rows.storeAlone(pushed("other", "v2")));

    assertThat(tagged(pushed("image", "v1"))).isEmpty();
    assertThat(tagged(pushed("image", "v3", "v2"))).isEmpty();
    assertThat(count("tag")).isEqualTo(2);
    assertThat(count("outbox")).isEqualTo(2);
  }

  @Test
  void leavesAManifestThatLostItsLastTag() {
    Await.done(rows.deleteTag(NAME, Tag.parse("v1")));

    assertThat(tagged(pushed("image", "v2"))).isEmpty();
    assertThat(count("tag")).isZero();
  }

  @Test
  void leavesAManifestOneOfWhoseBlobsWasLost() {
    Await.done(database.update("UPDATE blob SET lost_at = now()"));

    assertThat(tagged(pushed("image", "v2"))).isEmpty();
    assertNothingHappened();
  }

  @Test
  void leavesARepositoryThatWasDeleted() {
    Await.done(database.update("UPDATE repository SET deleted_at = now()"));

    assertThat(tagged(pushed("image", "v2"))).isEmpty();
    assertNothingHappened();
  }

  @Test
  void leavesATagThatSomebodyElseWritesJustNow() {
    Optional<Outcome> second =
        Await.value(
            database.inTx(tx ->
                rows.storeIn(tx, pushed("other", "v2"))
                    .then(Mono.defer(() -> find(pushed("image", "v2"))))));

    assertThat(second).isEmpty();
    assertThat(count("tag")).isEqualTo(2);
  }

  /** The image gets its tag while its only other one goes, or while another image takes the tag. */
  @Test
  void racesWithOthersAndLeavesEveryManifestRightAboutItsTags() {
    for (int round = 0; round < 40; round++) {
      String tag = "tag" + round;
      Tag last = Tag.parse(round == 0 ? "v1" : "next" + round);
      Await.done(
          Flux.merge(
                  find(pushed("image", tag)),
                  rows.deleteTag(NAME, last),
                  rows.store(pushed("other", tag)))
              .then(Mono.just(true)));

      assertThat(count("tag_change WHERE name = '%s' AND old_digest IS NULL".formatted(tag)))
          .as("who made %s", tag)
          .isEqualTo(1);
      assertThat(Await.value(rows.wrongAboutTheirTags()))
          .as("wrong about their tags in round %s", round)
          .isZero();
      Await.done(rows.store(pushed("image", "next" + (round + 1))));
    }
  }

  private static NewManifest pushed(String content, String... tags) {
    return image(NAME, content, List.of(digest("blob")), tags);
  }

  private Optional<Outcome> tagged(NewManifest manifest) {
    return Await.value(find(manifest));
  }

  private Mono<Optional<Outcome>> find(NewManifest manifest) {
    return rows.tagAlone(manifest).map(Optional::of).defaultIfEmpty(Optional.empty());
  }

  private void assertNothingHappened() {
    assertThat(count("manifest")).isEqualTo(1);
    assertThat(count("tag")).isEqualTo(1);
    assertThat(count("tag_change")).isEqualTo(1);
    assertThat(count("outbox")).isEqualTo(1);
  }

  private long count(String from) {
    return Await.value(
        database.one("SELECT count(*) AS n FROM " + from, row -> Rows.number(row, "n")));
  }
}
