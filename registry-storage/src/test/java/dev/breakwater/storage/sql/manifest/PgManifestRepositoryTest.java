package dev.breakwater.storage.sql.manifest;

import static dev.breakwater.storage.sql.Pushes.NOW;
import static dev.breakwater.storage.sql.Pushes.digest;
import static dev.breakwater.storage.sql.Pushes.image;
import static dev.breakwater.storage.sql.Pushes.index;
import static dev.breakwater.storage.sql.Pushes.referrer;
import static dev.breakwater.storage.sql.Pushes.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.manifest.ManifestDocument;
import dev.breakwater.core.manifest.NewManifest;
import dev.breakwater.core.manifest.Referrer;
import dev.breakwater.core.manifest.StoredManifest;
import dev.breakwater.core.oci.Descriptor;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.oci.MediaTypes;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.RegistryRows;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class PgManifestRepositoryTest {
  private static final RepositoryName ONE = RepositoryName.parse("library/one");
  private static final RepositoryName TWO = RepositoryName.parse("library/two");
  private static final Tag LATEST = Tag.parse("latest");

  private Database database;
  private PgManifestRepository manifests;
  private RegistryRows rows;

  @BeforeEach
  void create() {
    database = TestDatabase.migrated();
    manifests = new PgManifestRepository(database);
    rows = new RegistryRows(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void givesBackExactlyTheBytesThatCame() {
    byte[] bytes = "{ \"schemaVersion\" : 2 }\r\n\u0000 \u00fc".getBytes(StandardCharsets.UTF_8);
    StoredManifest stored =
        new StoredManifest(
            Digest.compute(DigestAlgorithm.SHA512, bytes), MediaTypes.OCI_MANIFEST, bytes);
    Await.done(
        rows.store(
            new NewManifest(
                ONE,
                Pushes.PROJECT,
                stored,
                image(ONE, "x", List.of()).document(),
                image(ONE, "x", List.of()).facts(),
                "alice",
                List.of(),
                false)));

    StoredManifest found = Await.value(manifests.find(ONE, stored.digest()));

    assertThat(found).isEqualTo(stored);
    assertThat(found.bytes()).isEqualTo(bytes);
    assertThat(Await.optional(manifests.find(TWO, stored.digest()))).isEmpty();
  }

  @Test
  void keepsAManifestOfFourMebibytes() {
    NewManifest large = image(ONE, "x".repeat(4 * 1024 * 1024), List.of(), "large");

    assertThat(Await.value(rows.store(large))).isEmpty();

    assertThat(Await.value(manifests.find(ONE, large.manifest().digest())).bytes())
        .isEqualTo(large.manifest().bytes());
  }

  @Test
  void movesTagsAndLeavesTheManifestAsItWas() {
    NewManifest first = store(image(ONE, "first", List.of(), "latest"));
    NewManifest second = store(image(ONE, "second", List.of(), "latest", "v2"));

    assertThat(Await.optional(manifests.resolve(ONE, LATEST))).contains(digest("second"));
    store(image(ONE, "first", List.of(), "latest"));

    assertThat(Await.optional(manifests.resolve(ONE, LATEST))).contains(first.manifest().digest());
    assertThat(Await.optional(manifests.resolve(ONE, Tag.parse("v2"))))
        .contains(second.manifest().digest());
    assertThat(Await.optional(manifests.resolve(TWO, LATEST))).isEmpty();
    assertThat(count("manifest")).isEqualTo(2);
  }

  @Test
  void takesTheSameTagTwiceInOnePush() {
    store(image(ONE, "first", List.of(), "v1", "v1", "v2"));

    assertThat(count("tag")).isEqualTo(2);
  }

  @Test
  void changesNothingWhenABlobIsMissing() {
    link(ONE, digest("here"));
    link(TWO, digest("elsewhere"));

    List<Digest> missing =
        Await.value(
            rows.store(
                image(
                    ONE,
                    "image",
                    List.of(digest("here"), digest("elsewhere"), digest("nowhere")),
                    "latest")));

    assertThat(missing).containsExactlyInAnyOrder(digest("elsewhere"), digest("nowhere"));
    assertThat(count("manifest") + count("tag") + count("manifest_reference")).isZero();
  }

  @Test
  void makesNoRepositoryForAManifestThatIsRefused() {
    assertThat(Await.value(rows.store(image(ONE, "image", List.of(digest("nowhere")))))).hasSize(1);

    assertThat(count("repository")).isZero();
  }

  @Test
  void acceptsBlobsThatLieElsewhere() {
    ManifestDocument document =
        new ManifestDocument(
            MediaTypes.OCI_MANIFEST,
            Optional.empty(),
            Optional.empty(),
            List.of(new Descriptor("application/x", digest("foreign"), 3, true)),
            List.of(),
            Optional.empty(),
            Map.of());

    assertThat(Await.value(rows.store(Pushes.manifest(ONE, "image", document)))).isEmpty();
  }

  @Test
  void acceptsManifestsAndBlobsAsChildren() {
    link(ONE, digest("cache"));
    store(image(ONE, "amd64", List.of()));

    assertThat(
            Await.value(rows.store(index(ONE, "index", List.of(digest("amd64"), digest("cache"))))))
        .isEmpty();
    assertThat(Await.value(rows.store(index(ONE, "other", List.of(digest("arm64"))))))
        .containsExactly(digest("arm64"));
  }

  @Test
  void acceptsMissingChildrenOfASparseIndex() {
    NewManifest index = index(ONE, "index", List.of(digest("arm64")));

    assertThat(
            Await.value(
                rows.store(
                    new NewManifest(
                        ONE,
                        Pushes.PROJECT,
                        index.manifest(),
                        index.document(),
                        index.facts(),
                        "alice",
                        List.of(),
                        true))))
        .isEmpty();
  }

  @Test
  void keepsAnnotationsWithAnyCharacter() {
    Map<String, String> annotations = Map.of("nul\u0000key", "\u0000", "half", "\ud800", "ü", "😀");
    store(
        Pushes.manifest(
            ONE,
            "odd",
            new ManifestDocument(
                MediaTypes.OCI_MANIFEST,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.of(digest("subject")),
                annotations)));

    Referrer found = referrers(digest("subject"), List.of(), Optional.empty(), 10).getFirst();

    assertThat(found.annotations())
        .containsEntry("nul\u0000key", "\u0000")
        .containsEntry("ü", "😀")
        .containsKey("half");
  }

  @Test
  void deletesAManifestWithItsTags() {
    store(image(ONE, "image", List.of(), "a", "b"));
    store(image(ONE, "other", List.of(), "c"));

    assertThat(Await.value(rows.delete(ONE, digest("image"))))
        .hasValueSatisfying(
            tags -> assertThat(tags).containsExactlyInAnyOrder(Tag.parse("a"), Tag.parse("b")));

    assertThat(Await.value(rows.delete(ONE, digest("image")))).isEmpty();
    assertThat(Await.optional(manifests.find(ONE, digest("image")))).isEmpty();
    assertThat(Await.optional(manifests.resolve(ONE, Tag.parse("a")))).isEmpty();
    assertThat(Await.optional(manifests.resolve(ONE, Tag.parse("c")))).isPresent();
  }

  @Test
  void deletesATagAndKeepsTheManifest() {
    store(image(ONE, "image", List.of(), "latest"));

    assertThat(Await.value(rows.deleteTag(ONE, LATEST))).isTrue();
    assertThat(Await.value(rows.deleteTag(ONE, LATEST))).isFalse();
    assertThat(Await.optional(manifests.find(ONE, digest("image")))).isPresent();
  }

  @Test
  void pagesReferrersByDigest() {
    List<Digest> all = new ArrayList<>();
    for (int n = 0; n < 7; n++) {
      store(referrer(ONE, "referrer" + n, digest("subject"), n % 2 == 0 ? "a/even" : "a/odd"));
      all.add(digest("referrer" + n));
    }
    store(referrer(TWO, "referrer0", digest("subject"), "a/even"));
    all.sort((a, b) -> a.toString().compareTo(b.toString()));

    List<Referrer> first = referrers(digest("subject"), List.of(), Optional.empty(), 4);
    List<Referrer> rest =
        referrers(digest("subject"), List.of(), Optional.of(first.getLast().digest()), 4);

    assertThat(first).extracting(Referrer::digest).isEqualTo(all.subList(0, 4));
    assertThat(rest).extracting(Referrer::digest).isEqualTo(all.subList(4, 7));
    assertThat(first.getFirst().annotations()).containsEntry("made.by", "a test");
    assertThat(referrers(digest("subject"), List.of("a/odd"), Optional.empty(), 10)).hasSize(3);
    assertThat(referrers(digest("subject"), List.of("a/odd", "a/even"), Optional.empty(), 10))
        .hasSize(7);
    assertThat(referrers(digest("subject"), List.of("nul\u0000"), Optional.empty(), 10)).isEmpty();
    assertThat(referrers(digest("none"), List.of(), Optional.empty(), 10)).isEmpty();
  }

  @Test
  void letsRacingPushesOfOneTagLeaveOneWholeWinner() {
    for (int round = 0; round < 20; round++) {
      String prefix = "round" + round + "-";

      Await.done(
          Flux.range(0, 8)
              .flatMap(n -> rows.store(image(ONE, prefix + n, List.of(), "latest")), 8)
              .then());

      Digest winner = Await.value(manifests.resolve(ONE, LATEST));
      assertThat(Await.value(manifests.find(ONE, winner)).bytes()).asString().startsWith(prefix);
    }
  }

  @Test
  void letsRacingPushesOfOneManifestIntoANewRepositoryAllSucceed() {
    for (int round = 0; round < 20; round++) {
      RepositoryName repository = RepositoryName.parse("library/round" + round);

      List<List<Digest>> missing =
          Await.value(
              Flux.range(0, 8)
                  .flatMap(n -> rows.store(image(repository, "same", List.of(), "t" + n)), 8)
                  .collectList());

      assertThat(missing).hasSize(8).allMatch(List::isEmpty);
      for (int n = 0; n < 8; n++) {
        assertThat(Await.optional(manifests.resolve(repository, Tag.parse("t" + n)))).isPresent();
      }
    }
    assertThat(count("manifest")).isEqualTo(20);
  }

  @Test
  void letsPushesOfSeveralTagsInAnyOrderSucceed() {
    Await.done(
        Flux.range(0, 200)
            .flatMap(
                n ->
                    rows.store(
                        n % 2 == 0
                            ? image(ONE, "even", List.of(), "a", "b", "c")
                            : image(ONE, "odd", List.of(), "c", "b", "a")),
                8)
            .then());

    assertThat(Await.value(manifests.resolve(ONE, Tag.parse("a"))))
        .isEqualTo(Await.value(manifests.resolve(ONE, Tag.parse("b"))))
        .isEqualTo(Await.value(manifests.resolve(ONE, Tag.parse("c"))));
  }

  @Test
  void neverLeavesATagWithoutItsManifestWhenADeleteRaces() {
    for (int round = 0; round < 50; round++) {
      String content = "round" + round;
      store(image(ONE, content, List.of()));

      Await.done(
          Mono.when(
              rows.store(image(ONE, content, List.of(), "latest")),
              rows.delete(ONE, digest(content))));

      Optional<Digest> tagged = Await.optional(manifests.resolve(ONE, LATEST));
      Optional<StoredManifest> found = Await.optional(manifests.find(ONE, digest(content)));
      assertThat(tagged.isPresent()).as("round %s", round).isEqualTo(found.isPresent());
      Await.done(rows.deleteTag(ONE, LATEST));
    }
  }

  @Test
  void doesNotMakePushesOfDifferentTagsWait() {
    store(image(ONE, "image", List.of(), "a"));
    link(ONE, digest("blob"));
    Database other = Database.connect(database.settings());
    RegistryRows others = new RegistryRows(other);

    // The same statement in a transaction that stays open while another push runs.
    Mono<List<Digest>> second =
        Mono.defer(() -> others.store(image(ONE, "image", List.of(digest("blob")), "b")));
    Await.done(
        database.inTx(tx ->
            rows.storeIn(tx, image(ONE, "image", List.of(digest("blob")), "a"))
                .then(second)
                .timeout(Duration.ofSeconds(5))));

    other.close();
    assertThat(Await.optional(manifests.resolve(ONE, Tag.parse("b")))).isPresent();
  }

  private NewManifest store(NewManifest manifest) {
    assertThat(Await.value(rows.store(manifest))).isEmpty();
    return manifest;
  }

  private void link(RepositoryName repository, Digest blob) {
    Await.done(rows.commit(session(repository), blob, 3, NOW));
  }

  private List<Referrer> referrers(
      Digest subject, List<String> types, Optional<Digest> after, int limit) {
    return Await.value(manifests.referrers(ONE, subject, types, after, limit));
  }

  private long count(String table) {
    return Await.value(
        database.one("SELECT count(*) AS n FROM " + table, row -> Rows.number(row, "n")));
  }
}
