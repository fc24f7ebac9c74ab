package dev.breakwater.storage.sql.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.manifest.NewManifest;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.verify.StoredBlob;
import dev.breakwater.core.verify.VerifyOptions;
import dev.breakwater.core.verify.VerifyReport;
import dev.breakwater.core.verify.VerifyStorage;
import dev.breakwater.storage.blob.filesystem.FilesystemBlobStore;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.RegistryRows;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.blob.PgBlobRepository;
import dev.breakwater.storage.sql.quota.PgQuotaRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Every kind of damage, done to real files and rows. */
final class VerifyStorageTest {
  private static final RepositoryName ONE = RepositoryName.parse("library/one");
  private static final Duration LEASE = Duration.ofHours(24);
  private static final VerifyOptions PLAIN = options(false, false);
  private static final VerifyOptions REHASH = options(true, false);
  private static final VerifyOptions DRY = options(true, true);

  @TempDir private Path root = Path.of("");

  private final Scheduler scheduler = Schedulers.newParallel("blob-io", 4);
  private final List<String> lines = new ArrayList<>();
  private Database database;
  private FilesystemBlobStore store;
  private RegistryRows rows;
  private PgBlobRepository blobs;

  @BeforeEach
  void open() throws IOException {
    database = TestDatabase.migrated();
    store = FilesystemBlobStore.open(root, scheduler);
    rows = new RegistryRows(database);
    blobs = new PgBlobRepository(database);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    database.close();
    scheduler.dispose();
  }

  @Test
  void findsNothingWrongWithWhatWasPushed() {
    Digest blob = push("layer");
    image("image", blob);
    push("only leased");

    VerifyReport report = verify(REHASH);

    assertThat(report.isWhole()).isTrue();
    assertThat(lines)
        .containsExactly(
            "2 files, 2 rows, 2 digests compared",
            "0 damaged, 0 missing, 0 linked again",
            "0 orphans of 0 bytes, 0 removed");
  }

  @Test
  void putsADamagedFileAsideAndAPushRepairsIt() throws IOException {
    Digest blob = push("layer");
    Files.writeString(file(blob), "lAyer");

    assertThat(verify(PLAIN).isWhole()).as("of the same length").isTrue();
    VerifyReport report = verify(REHASH);

    assertThat(report.damaged()).isEqualTo(1);
    assertThat(report.isWhole()).isFalse();
    assertThat(file(blob)).doesNotExist();
    assertThat(quarantined()).singleElement().satisfies(it -> assertThat(it).hasContent("lAyer"));
    assertThat(lines)
        .anySatisfy(
            line -> assertThat(line).contains("damaged: " + blob, "have the digest", "quarantine"));
    assertThat(isLost(blob)).isTrue();

    assertThat(store(image("image", blob))).containsExactly(blob);
    push("layer");
    assertThat(isLost(blob)).isFalse();
    assertThat(store(image("image", blob))).isEmpty();
    assertThat(verify(REHASH).isWhole()).isTrue();
    assertThat(quarantined()).as("never deleted").hasSize(1);
  }

  @Test
  void noticesAnotherLengthWithoutBeingAskedToRead() throws IOException {
    Digest blob = push("layer");
    Files.writeString(file(blob), "laye");

    assertThat(verify(PLAIN).damaged()).isEqualTo(1);

    assertThat(quarantined()).hasSize(1);
    assertThat(lines).contains("1 files, 1 rows, 1 digests compared");
  }

  @Test
  void listsMissingFilesAndAPushRepairsThem() throws IOException {
    Digest blob = push("layer");
    image("image", blob);
    Files.delete(file(blob));

    VerifyReport report = verify(PLAIN);

    assertThat(report.missing()).isEqualTo(1);
    assertThat(lines)
        .anySatisfy(line ->
            assertThat(line)
                .contains("missing: " + blob, "of library/one", "a push of it repairs it"));
    assertThat(isLost(blob)).isTrue();
    assertThat(Await.optional(mount(blob))).isEmpty();

    push("layer");
    assertThat(verify(PLAIN).isWhole()).isTrue();
    assertThat(isLost(blob)).isFalse();
  }

  @Test
  void seesThatALostFileWasBroughtBackByTheOperator() throws IOException {
    Digest blob = push("layer");
    Files.delete(file(blob));
    verify(PLAIN);

    Files.writeString(file(blob), "layer");
    assertThat(verify(PLAIN).isWhole()).isTrue();

    assertThat(isLost(blob)).isFalse();
    assertThat(lines).contains("1 whole again");
  }

  @Test
  void doesNotMissFilesOfWhatIsBeingCollected() throws IOException {
    Digest blob = push("layer");
    Await.done(blobs.unlink(ONE, blob));
    Files.delete(file(blob));

    assertThat(verify(PLAIN).isWhole()).isTrue();
  }

  @Test
  void linksAgainWhatAManifestNames() {
    Digest blob = push("layer");
    image("image", blob);
    long used = used();
    Await.done(database.update("DELETE FROM repository_blob"));
    Await.done(database.update("DELETE FROM blob"));

    VerifyReport report = verify(PLAIN);

    assertThat(report.linked()).isEqualTo(1);
    assertThat(report.isWhole()).isTrue();
    assertThat(Await.optional(blobs.findLinked(ONE, blob))).isPresent();
    assertThat(used()).isEqualTo(used);
    assertThat(file(blob)).hasContent("layer");
  }

  @Test
  void linksAgainWhatIsCondemnedAlthoughAManifestNamesIt() {
    Digest blob = push("layer");
    image("image", blob);
    Await.done(database.update("DELETE FROM repository_blob"));

    assertThat(verify(PLAIN).linked()).isEqualTo(1);

    assertThat(Await.optional(blobs.findLinked(ONE, blob))).isPresent();
  }

  @Test
  void missesWhatAManifestNamesAndNothingHas() throws IOException {
    Digest blob = push("layer");
    image("image", blob);
    Await.done(
        database.update("UPDATE manifest SET bytes = convert_to($1, 'UTF8')", manifest(blob)));
    Await.done(database.update("DELETE FROM repository_blob"));
    Await.done(database.update("DELETE FROM blob"));
    Files.delete(file(blob));

    assertThat(verify(PLAIN).missing()).isEqualTo(1);
    assertThat(lines).anySatisfy(line -> assertThat(line).contains("of library/one names it"));
  }

  @Test
  void doesNotMissWhatLiesElsewhere() throws IOException {
    Digest blob = push("layer");
    image("image", blob);
    String remote =
        manifest(blob)
            .replace("\"size\":3}]", "\"size\":3,\"urls\":[\"https://example.org/layer\"]}]")
            .replace("layer.v1.tar", "layer.nondistributable.v1.tar");
    Await.done(database.update("UPDATE manifest SET bytes = convert_to($1, 'UTF8')", remote));
    Await.done(database.update("DELETE FROM repository_blob"));
    Await.done(database.update("DELETE FROM blob"));
    Files.delete(file(blob));

    assertThat(verify(PLAIN).isWhole()).isTrue();
  }

  @Test
  void doesNotLinkADamagedFile() throws IOException {
    Digest blob = push("layer");
    image("image", blob);
    Await.done(database.update("DELETE FROM repository_blob"));
    Await.done(database.update("DELETE FROM blob"));
    Files.writeString(file(blob), "lAyer");

    VerifyReport report = verify(PLAIN);

    assertThat(report.linked()).isZero();
    assertThat(report.damaged()).isEqualTo(1);
    assertThat(quarantined()).hasSize(1);
  }

  @Test
  void removesFilesThatNothingKnowsOnceTheyAreOlderThanTheLease() throws IOException {
    Digest kept = push("kept");
    Digest orphan = orphan("orphan");

    VerifyReport young = verify(PLAIN);
    assertThat(young.removed()).isZero();
    assertThat(lines).contains("1 without a row yet, being pushed or not older than the lease");

    VerifyReport old = verify(PLAIN, later());
    assertThat(old.removed()).isEqualTo(1);
    assertThat(old.removedBytes()).isEqualTo("orphan".length());
    assertThat(old.isWhole()).isTrue();
    assertThat(file(orphan)).doesNotExist();
    assertThat(file(kept)).exists();
    assertThat(count("SELECT count(*) AS n FROM blob")).isEqualTo(1);
  }

  @Test
  void keepsFilesThatAnUndoCouldNeed() throws IOException {
    push("kept");
    Digest blob = push("layer");
    image("image", blob);
    Await.done(
        rows.delete(
            ONE, Pushes.digest("image"), Optional.of(Instant.now().plus(Duration.ofDays(9)))));
    Await.done(database.update("DELETE FROM repository_blob"));
    Await.done(database.update("DELETE FROM blob WHERE digest = $1", blob.toString()));

    assertThat(verify(PLAIN, later()).removed()).isZero();

    assertThat(file(blob)).exists();
  }

  @Test
  void removesNothingWhenMostFilesAreUnknown() throws IOException {
    push("kept");
    for (int n = 0; n < 12; n++) {
      orphan("orphan " + n);
    }

    VerifyReport refused = verify(PLAIN, later());
    assertThat(refused.removed()).isZero();
    assertThat(refused.isWhole()).isFalse();
    assertThat(lines).anySatisfy(line -> assertThat(line).contains("--many-orphans"));

    VerifyOptions many = new VerifyOptions(false, false, true, 1_000_000, 1_000_000_000);
    assertThat(verify(many, later()).removed()).isEqualTo(12);
  }

  @Test
  void changesNothingInADryRun() throws IOException {
    Digest damaged = push("damaged");
    Digest missing = push("missing");
    Digest lost = push("lost");
    image("image", lost);
    Digest orphan = orphan("orphan");
    Files.writeString(file(damaged), "dAmaged");
    Files.delete(file(missing));
    Await.done(
        database.update(
            "DELETE FROM repository_blob USING blob WHERE blob_id = blob.id AND digest = $1",
            lost.toString()));
    Await.done(database.update("DELETE FROM blob WHERE digest = $1", lost.toString()));
    List<Path> before = files();

    VerifyReport report = verify(DRY, later());

    assertThat(report.damaged()).isEqualTo(1);
    assertThat(report.missing()).isEqualTo(1);
    assertThat(report.linked()).isEqualTo(1);
    assertThat(lines).contains("1 orphans of 6 bytes", "nothing was changed: dry run");
    assertThat(lines).anySatisfy(line -> assertThat(line).startsWith("orphan: " + orphan));
    assertThat(files()).isEqualTo(before);
    assertThat(isLost(missing)).isFalse();
    assertThat(Await.optional(blobs.findLinked(ONE, lost))).isEmpty();
  }

  @Test
  void leavesEntriesAloneThatAreNoBlobs() throws IOException {
    Digest blob = push("layer");
    Path bucket = file(blob).resolve("../..").normalize();
    Files.writeString(bucket.resolve("README"), "somebody else's");

    assertThat(verify(REHASH, later()).isWhole()).isTrue();

    assertThat(bucket.resolve("README")).exists();
    assertThat(lines).contains("1 entries that are no blobs, left alone");
  }

  @Test
  void doesNotTouchAFileThatWasReplacedMeanwhile() throws IOException {
    Digest blob = push("layer");
    StoredBlob seen = Await.value(store.files().find(blob));
    Files.writeString(root.resolve("new"), "layer");
    Files.move(root.resolve("new"), file(blob), StandardCopyOption.REPLACE_EXISTING);

    assertThat(Await.optional(store.files().quarantine(seen))).isEmpty();
    assertThat(Await.value(store.files().remove(seen))).isFalse();

    assertThat(file(blob)).hasContent("layer");
    assertThat(quarantined()).isEmpty();
  }

  @Test
  void putsBackWhatAKilledRunLeftAside() throws IOException {
    Digest blob = push("layer");
    Path aside = Files.createDirectories(root.resolve("_breakwater/aside"));
    Files.move(file(blob), aside.resolve("sha256-" + blob.hex() + "-" + UUID.randomUUID()));

    assertThat(verify(REHASH).isWhole()).isTrue();

    assertThat(file(blob)).hasContent("layer");
    assertThat(aside).isEmptyDirectory();
  }

  /** Pushes of the same few blobs, again and again, while runs find them unknown or damaged. */
  @Test
  void neverTakesAFileFromAPushThatWasAcknowledged() {
    for (int round = 0; round < 10; round++) {
      String content = "blob " + round;
      Digest blob = orphanOrDamaged(content, round);

      Await.done(
          Mono.when(pushing(content), verifying(REHASH, later()), verifying(PLAIN, later())));

      assertThat(file(blob)).as("round %s", round).hasContent(content);
      assertThat(isLost(blob)).as("round %s", round).isFalse();
      assertThat(Await.optional(blobs.findLinked(ONE, blob))).isPresent();
    }
  }

  private Digest orphanOrDamaged(String content, int round) {
    try {
      if (round % 2 == 0) {
        return orphan(content);
      }
      Digest blob = push(content);
      Files.writeString(file(blob), content.toUpperCase(Locale.ROOT));
      return blob;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private VerifyReport verify(VerifyOptions options) {
    return verify(options, Instant.now());
  }

  private VerifyReport verify(VerifyOptions options, Instant now) {
    lines.clear();
    return Await.value(verifying(options, now));
  }

  private Mono<VerifyReport> verifying(VerifyOptions options, Instant now) {
    return Mono.defer(() ->
        new VerifyStorage(
                new PgVerifyRepository(database),
                store.files(),
                database,
                new PgQuotaRepository(database),
                LEASE,
                Schedulers.parallel(),
                Clock.fixed(now, ZoneOffset.UTC))
            .run(
                options,
                line -> {
                  synchronized (lines) {
                    lines.add(line);
                  }
                }));
  }

  private static VerifyOptions options(boolean rehash, boolean dryRun) {
    return new VerifyOptions(rehash, dryRun, false, 1_000_000, 1_000_000_000);
  }

  private static Instant later() {
    return Instant.now().plus(LEASE).plusSeconds(60);
  }

  private Digest push(String content) {
    return Await.value(pushing(content));
  }

  /** The steps of a push: the bytes, protect, put the file in place, commit the rows. */
  private Mono<Digest> pushing(String content) {
    Digest digest = Pushes.digest(content);
    Instant leased = Instant.now().plus(LEASE);
    return placing(content)
        .then(Mono.defer(() -> rows.commit(Pushes.session(ONE), digest, content.length(), leased)));
  }

  private Mono<Void> placing(String content) {
    UploadId upload = UploadId.random();
    Digest digest = Pushes.digest(content);
    return store
        .append(upload, 0, body(content))
        .then(Mono.defer(() -> blobs.protect(digest, Instant.now().plus(LEASE))))
        .then(Mono.defer(() -> store.commit(upload, digest, content.length())));
  }

  private static BlobBody body(String content) {
    byte[] bytes = content.getBytes(UTF_8);
    return sink ->
        Mono.fromCallable(() -> {
          sink.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 1);
          sink.close();
          return (long) bytes.length;
        });
  }

  /** A push that died before its rows were committed. */
  private Digest orphan(String content) {
    Await.done(placing(content));
    return Pushes.digest(content);
  }

  private NewManifest image(String content, Digest blob) {
    NewManifest image = Pushes.image(ONE, content, List.of(blob));
    Await.done(rows.store(image));
    return image;
  }

  private List<Digest> store(NewManifest image) {
    return Await.value(rows.store(image));
  }

  private Mono<Long> mount(Digest blob) {
    return rows.mount(
        blob, ONE, RepositoryName.parse("library/two"), Pushes.PROJECT, Instant.now().plus(LEASE));
  }

  private static String manifest(Digest layer) {
    return """
    {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
     "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},
     "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":3}]}
    """
        .formatted(Pushes.digest("{}"), layer);
  }

  private Path file(Digest digest) {
    return root.resolve("docker/registry/v2/blobs/sha256")
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex())
        .resolve("data");
  }

  private List<Path> quarantined() throws IOException {
    Path folder = root.resolve("_breakwater/quarantine");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.sorted().toList();
    }
  }

  private boolean isLost(Digest digest) {
    return count(
            "SELECT count(*) AS n FROM blob WHERE lost_at IS NOT NULL AND digest = $1",
            digest.toString())
        == 1;
  }

  private long count(String sql, Object... parameters) {
    return Await.value(database.one(sql, row -> Rows.number(row, "n"), parameters));
  }

  private long used() {
    assertThat(Await.value(new PgQuotaRepository(database).recount(Pushes.PROJECT))).isZero();
    return Await.value(new PgQuotaRepository(database).find(Pushes.PROJECT)).used();
  }
}
