package dev.breakwater.storage.sql.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.manifest.NewManifest;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A store and rows to compare, and the steps of pushes, for the tests of the verification. */
abstract class VerifyFixture {
  static final RepositoryName ONE = RepositoryName.parse("library/one");
  static final Duration LEASE = Duration.ofHours(24);
  static final VerifyOptions PLAIN = options(false, false);
  static final VerifyOptions REHASH = options(true, false);
  static final VerifyOptions DRY = options(true, true);

  @TempDir Path root = Path.of("");

  final Scheduler scheduler = Schedulers.newParallel("blob-io", 4);
  final List<String> lines = new ArrayList<>();
  Database database;
  FilesystemBlobStore store;
  RegistryRows rows;
  PgBlobRepository blobs;

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

  VerifyReport verify(VerifyOptions options) {
    return verify(options, Instant.now());
  }

  VerifyReport verify(VerifyOptions options, Instant now) {
    lines.clear();
    return Await.value(verifying(options, now));
  }

  Mono<VerifyReport> verifying(VerifyOptions options, Instant now) {
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

  static VerifyOptions options(boolean rehash, boolean dryRun) {
    return new VerifyOptions(rehash, dryRun, false, 1_000_000, 1_000_000_000);
  }

  static Instant later() {
    return Instant.now().plus(LEASE).plusSeconds(60);
  }

  /** When the files that are there now count as old, and none that comes from now on. */
  Instant lateForThese() {
    Path probe = root.resolve("probe");
    try {
      Instant now = Files.getLastModifiedTime(Files.writeString(probe, "")).toInstant();
      Instant next = now;
      while (!next.isAfter(now)) {
        next = Files.getLastModifiedTime(Files.writeString(probe, "again")).toInstant();
      }
      Files.delete(probe);
      return now.plus(LEASE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Digest push(String content) {
    return Await.value(pushing(content));
  }

  /** The steps of a push: the bytes, protect, put the file in place, commit the rows. */
  Mono<Digest> pushing(String content) {
    Digest digest = Pushes.digest(content);
    Instant leased = Instant.now().plus(LEASE);
    return placing(content)
        .then(Mono.defer(() -> rows.commit(Pushes.session(ONE), digest, content.length(), leased)));
  }

  Mono<Void> placing(String content) {
    UploadId upload = UploadId.random();
    Digest digest = Pushes.digest(content);
    return store
        .append(upload, 0, body(content))
        .then(Mono.defer(() -> blobs.protect(digest, Instant.now().plus(LEASE))))
        .then(Mono.defer(() -> store.commit(upload, digest, content.length())));
  }

  static BlobBody body(String content) {
    byte[] bytes = content.getBytes(UTF_8);
    return sink ->
        Mono.fromCallable(() -> {
          sink.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 1);
          sink.close();
          return (long) bytes.length;
        });
  }

  /** A push that died before its rows were committed. */
  Digest orphan(String content) {
    Await.done(placing(content));
    return Pushes.digest(content);
  }

  NewManifest image(String content, Digest blob) {
    NewManifest image = Pushes.image(ONE, content, List.of(blob));
    Await.done(rows.store(image));
    return image;
  }

  List<Digest> store(NewManifest image) {
    return Await.value(rows.store(image));
  }

  Mono<Long> mount(Digest blob) {
    return rows.mount(
        blob, ONE, RepositoryName.parse("library/two"), Pushes.PROJECT, Instant.now().plus(LEASE));
  }

  static String manifest(Digest layer) {
    return """
    {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
     "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},
     "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":3}]}
    """
        .formatted(Pushes.digest("{}"), layer);
  }

  Path file(Digest digest) {
    return root.resolve("docker/registry/v2/blobs/sha256")
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex())
        .resolve("data");
  }

  List<Path> quarantined() throws IOException {
    Path folder = root.resolve("_breakwater/quarantine");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.sorted().toList();
    }
  }

  boolean isLost(Digest digest) {
    return count(
            "SELECT count(*) AS n FROM blob WHERE lost_at IS NOT NULL AND digest = $1",
            digest.toString())
        == 1;
  }

  long count(String sql, Object... parameters) {
    return Await.value(database.one(sql, row -> Rows.number(row, "n"), parameters));
  }

  long used() {
    assertThat(Await.value(new PgQuotaRepository(database).recount(Pushes.PROJECT))).isZero();
    return Await.value(new PgQuotaRepository(database).find(Pushes.PROJECT)).used();
  }
}
