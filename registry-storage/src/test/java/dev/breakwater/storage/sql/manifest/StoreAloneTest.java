package dev.breakwater.storage.sql.manifest;

import static dev.breakwater.storage.sql.Pushes.NOW;
import static dev.breakwater.storage.sql.Pushes.digest;
import static dev.breakwater.storage.sql.Pushes.image;
import static dev.breakwater.storage.sql.Pushes.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.manifest.ManifestPushes.Outcome;
import dev.breakwater.core.manifest.NewManifest;
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

/** Pushes that are one statement: which can be, and that those which cannot change nothing. */
final class StoreAloneTest {
  private static final RepositoryName NAME = RepositoryName.parse("library/app");

  private final Database database = TestDatabase.migrated();
  private final RegistryRows rows = new RegistryRows(database);

  @BeforeEach
  void prepare() {
    Await.done(new PgAuditRepository(database).ensurePartitions(YearMonth.now(ZoneOffset.UTC), 2));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void storesWhatIsNewWithItsTagsItsHistoryAndItsEvent() {
    Await.done(rows.commit(session(NAME), digest("blob"), 3, NOW));

    Outcome outcome = Await.value(rows.storeAlone(pushed("image", "v1", "v2")));

    assertThat(outcome.created()).isTrue();
    assertThat(outcome.missing()).isEmpty();
    assertThat(outcome.unsettled()).isEmpty();
    assertThat(count("tag")).isEqualTo(2);
    assertThat(count("tag_change WHERE old_digest IS NULL")).isEqualTo(2);
    assertThat(count("manifest WHERE tagged")).isEqualTo(1);
    assertThat(count("manifest_reference")).isEqualTo(1);
    assertThat(count("audit_log")).isEqualTo(1);
    assertThat(count("outbox")).isEqualTo(1);
  }

  @Test
  void givesAnotherTagToWhatHasOne() {
    Await.done(rows.storeAlone(image(NAME, "image", List.of(), "v1")));

    Outcome outcome = Await.value(rows.storeAlone(image(NAME, "image", List.of(), "v2")));

    assertThat(outcome.created()).isFalse();
    assertThat(count("tag")).isEqualTo(2);
    assertThat(count("audit_log")).isEqualTo(2);
  }

  @Test
  void tellsWhatIsMissingAndStoresNothing() {
    Outcome outcome = Await.value(rows.storeAlone(pushed("image", "v1")));

    assertThat(outcome.missing()).containsExactly(digest("blob"));
    assertNothingMore(0, 0);
  }

  @Test
  void leavesATagThatWouldMoveToOthers() {
    Await.done(rows.storeAlone(image(NAME, "image", List.of(), "v1")));

    assertThat(stored(image(NAME, "other", List.of(), "v1"))).isEmpty();
    assertThat(stored(image(NAME, "other", List.of(), "v0", "v1"))).isEmpty();
    assertNothingMore(1, 1);
  }

  @Test
  void leavesAManifestWithoutATagToOthers() {
    Await.done(rows.storeAlone(image(NAME, "image", List.of(), "v1")));
    Await.done(rows.deleteTag(NAME, Tag.parse("v1")));

    assertThat(stored(image(NAME, "image", List.of(), "v2"))).isEmpty();
    assertThat(stored(image(NAME, "image", List.of()))).isEmpty();
    assertThat(count("tag")).isZero();
  }

  @Test
  void leavesATagThatSomebodyElseWritesJustNow() {
    Optional<Outcome> second =
        Await.value(
            database.inTx(tx ->
                rows.storeIn(tx, image(NAME, "image", List.of(), "v1"))
                    .then(Mono.defer(() -> find(image(NAME, "other", List.of(), "v1"))))));

    assertThat(second).isEmpty();
    assertNothingMore(1, 1);
  }

  /** Each tag goes to one of two images, by turns in one statement and in a transaction. */
  @Test
  void racesWithOthersForATagAndLeavesOneWholeWinner() {
    for (int round = 0; round < 40; round++) {
      NewManifest one = image(NAME, "one", List.of(), "tag" + round);
      NewManifest two = image(NAME, "two", List.of(), "tag" + round);
      Await.done(
          Flux.merge(
                  rows.storeAlone(one).then(Mono.just(true)),
                  rows.storeAlone(two).then(Mono.just(true)),
                  rows.store(two).thenReturn(true))
              .then(Mono.just(true)));

      assertThat(count("tag_change WHERE name = 'tag%1$d' AND old_digest IS NULL".formatted(round)))
          .as("who made tag %s", round)
          .isEqualTo(1);
      assertThat(Await.value(rows.wrongAboutTheirTags()))
          .as("wrong about their tags in round %s", round)
          .isZero();
    }
  }

  private static NewManifest pushed(String content, String... tags) {
    return image(NAME, content, List.of(digest("blob")), tags);
  }

  private Optional<Outcome> stored(NewManifest manifest) {
    return Await.value(find(manifest));
  }

  private Mono<Optional<Outcome>> find(NewManifest manifest) {
    return rows.storeAlone(manifest).map(Optional::of).defaultIfEmpty(Optional.empty());
  }

  private void assertNothingMore(long manifests, long tags) {
    assertThat(count("manifest")).isEqualTo(manifests);
    assertThat(count("tag")).isEqualTo(tags);
    assertThat(count("tag_change")).isEqualTo(tags);
  }

  private long count(String from) {
    return Await.value(
        database.one("SELECT count(*) AS n FROM " + from, row -> Rows.number(row, "n")));
  }
}
