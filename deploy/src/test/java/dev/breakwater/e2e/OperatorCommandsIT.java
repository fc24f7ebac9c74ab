package dev.breakwater.e2e;

import static dev.breakwater.e2e.JsonText.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What operators run beside the server, or while it is stopped, against a real data directory. Two
 * tests run beside each other: starting a program keeps no more than one processor busy.
 */
final class OperatorCommandsIT {
  private static final String REPOSITORY = "library/app";

  @TempDir private Path directory;
  private final List<BreakwaterProcess> others = new ArrayList<>();
  private BreakwaterProcess breakwater;

  @BeforeEach
  void start() {
    breakwater =
        BreakwaterProcess.in(directory)
            .with("gc.lease", "0s")
            .with("gc.allow-short-lease", "true")
            .start();
  }

  @AfterEach
  void stop() {
    others.forEach(BreakwaterProcess::close);
    breakwater.close();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void collectsGarbageWhetherTheServerRunsOrNot() {
    byte[] layer = pushImage("v1");
    for (boolean running : new boolean[] {true, false}) {
      byte[] garbage = ("named by nothing, " + running).getBytes(UTF_8);
      assertThat(breakwater.admin().pushBlob(REPOSITORY, garbage)).isEqualTo(201);
      runOrStop(running);

      assertThat(breakwater.subcommand("gc", "--dry-run").succeed())
          .contains("nothing is deleted: dry run", " 1 blobs, " + garbage.length + " bytes");
      assertThat(file(garbage)).exists();

      assertThat(breakwater.subcommand("gc").succeed())
          .contains(
              "deleted blob "
                  + digest(garbage)
                  + " of "
                  + garbage.length
                  + " bytes: no repository");
      assertThat(file(garbage)).doesNotExist();
    }

    breakwater.start();
    assertThat(breakwater.admin().blob(REPOSITORY, digest(layer)).body()).isEqualTo(layer);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void verifiesTheStorageWhetherTheServerRunsOrNot() throws IOException {
    byte[] layer = pushImage("v1");
    for (boolean running : new boolean[] {true, false}) {
      runOrStop(running);
      assertThat(breakwater.subcommand("storage", "verify", "--rehash").succeed())
          .contains("2 files, 2 rows, 2 digests compared", "0 damaged, 0 missing");

      damage(layer);
      if (running) {
        assertThat(breakwater.subcommand("storage", "verify").succeed()).contains("0 damaged");
        Outcome dry = breakwater.subcommand("storage", "verify", "--rehash", "--dry-run").run();
        assertThat(dry.status()).as(dry.text()).isEqualTo(2);
        assertThat(file(layer)).exists();
      }
      Outcome damaged = breakwater.subcommand("storage", "verify", "--rehash").run();
      assertThat(damaged.status()).as(damaged.text()).isEqualTo(2);
      assertThat(damaged.output()).contains("damaged: " + digest(layer), "_breakwater/quarantine/");
      assertThat(file(layer)).doesNotExist();

      startAgain(running);
      assertThat(new String(breakwater.admin().blob(REPOSITORY, digest(layer)).body(), UTF_8))
          .contains("BLOB_UNKNOWN", "missing or damaged", "push it again");
      assertThat(breakwater.admin().pushBlob(REPOSITORY, layer)).isEqualTo(201);
      assertThat(breakwater.admin().blob(REPOSITORY, digest(layer)).body()).isEqualTo(layer);

      Files.delete(file(layer));
      byte[] orphan = "nothing knows this".getBytes(UTF_8);
      Files.createDirectories(file(orphan).resolve("..").normalize());
      Files.write(file(orphan), orphan);
      runOrStop(running);
      Outcome missing = breakwater.subcommand("storage", "verify").run();
      assertThat(missing.status()).as(missing.text()).isEqualTo(2);
      assertThat(missing.output())
          .contains("missing: " + digest(layer), "of library/app", "removed: " + digest(orphan));
      assertThat(file(orphan)).doesNotExist();

      startAgain(running);
      assertThat(breakwater.admin().pushBlob(REPOSITORY, layer)).isEqualTo(201);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void movesEverythingByAnExportWhileTheServerRunsAndWhileItIsStopped() throws IOException {
    byte[] layer = pushImage("v1");
    pushImage("v2");
    RegistryClient robot = robot();
    String artifacts = artifacts(breakwater.admin());
    String summary = breakwater.admin().api("GET", "/api/v2.0/projects/library/summary", "");
    Path running = directory.resolve("running.tar.gz");
    assertThat(breakwater.subcommand("db", "export", running).succeed())
        .contains("manifest: 2 rows", "rows exported", "secret.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(running)))
        .isEqualTo("rw-------");
    String password = breakwater.adminPassword();
    assertThat(breakwater.terminate()).isZero();
    Path stopped = directory.resolve("stopped.tar.gz");
    breakwater.subcommand("db", "export", stopped).succeed();

    for (Path export : List.of(running, stopped)) {
      BreakwaterProcess other = other(export.getFileName() + ".d");
      assertThat(other.subcommand("db", "import", export).succeed())
          .contains("rows imported", "put the secret key of the exported installation into");
      Files.copy(
          breakwater.dataDirectory().resolve("secret.key"),
          other.dataDirectory().resolve("secret.key"));
      copyBlobs(other);

      other.start();

      RegistryClient admin = new RegistryClient(other.url("/"), "admin", password);
      assertThat(artifacts(admin)).isEqualTo(artifacts);
      assertThat(admin.api("GET", "/api/v2.0/projects/library/summary", "")).isEqualTo(summary);
      assertThat(admin.blob(REPOSITORY, digest(layer)).body()).isEqualTo(layer);
      assertThat(admin.manifest(REPOSITORY, "v2").statusCode()).isEqualTo(200);
      assertThat(robot.at(other.url("/")).pushBlob(REPOSITORY, "later".getBytes(UTF_8)))
          .isEqualTo(201);
      assertThat(other.subcommand("storage", "verify", "--rehash").run().status()).isZero();
      assertThat(other.subcommand("db", "import", export).fail())
          .contains("The database is not empty");
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void movesToAnotherVersionOfTheServerAndBackThroughPipes() throws IOException {
    byte[] layer = pushImage("v1");
    String artifacts = artifacts(breakwater.admin());
    String password = breakwater.adminPassword();
    Path first = directory.resolve("first.tar.gz");
    Path second = directory.resolve("second.tar.gz");
    redirect(breakwater, "export - > " + first);
    try (DebianPostgres database = DebianPostgres.start(directory)) {
      BreakwaterProcess external =
          other("external")
              .with("database.url", database.url())
              .with("database.username", DebianPostgres.USER)
              .with("database.password", DebianPostgres.PASSWORD);
      redirect(external, "import - < " + first);
      share(external);
      external.start();
      assertThat(artifacts(new RegistryClient(external.url("/"), "admin", password)))
          .isEqualTo(artifacts);
      redirect(external, "export - > " + second);
      external.close();
    }

    BreakwaterProcess back = other("back");
    redirect(back, "import - < " + second);
    share(back);
    back.start();
    RegistryClient admin = new RegistryClient(back.url("/"), "admin", password);
    assertThat(artifacts(admin)).isEqualTo(artifacts);
    assertThat(admin.blob(REPOSITORY, digest(layer)).body()).isEqualTo(layer);
  }

  /** The same blobs and secret key as the first. */
  private void share(BreakwaterProcess other) throws IOException {
    other.with("storage.filesystem.root", breakwater.dataDirectory().resolve("storage"));
    other.with(
        "secret.key", Files.readString(breakwater.dataDirectory().resolve("secret.key")).strip());
  }

  private static void redirect(BreakwaterProcess process, String arguments) {
    process.shell("\"$PROGRAM\" db " + arguments).succeed();
  }

  private BreakwaterProcess other(String name) throws IOException {
    BreakwaterProcess other = BreakwaterProcess.in(Files.createDirectory(directory.resolve(name)));
    others.add(other);
    return other;
  }

  private void copyBlobs(BreakwaterProcess other) {
    Command.of("cp", "-a", breakwater.dataDirectory().resolve("storage"), other.dataDirectory())
        .succeed();
  }

  private void runOrStop(boolean running) {
    if (!running && breakwater.process().isAlive()) {
      assertThat(breakwater.terminate()).isZero();
    }
  }

  private void startAgain(boolean running) {
    if (!running) {
      breakwater.start();
    }
  }

  /** Without links, whose members come in any order. */
  private static String artifacts(RegistryClient admin) {
    return admin
        .api("GET", "/api/v2.0/projects/library/repositories/app/artifacts?with_tag=true", "")
        .replaceAll("\"addition_links\":\\{.*?\\}\\}", "");
  }

  /** The layer. */
  private byte[] pushImage(String tag) {
    RegistryClient admin = breakwater.admin();
    byte[] config = "{}".getBytes(UTF_8);
    byte[] layer = ("the layer of " + tag).getBytes(UTF_8);
    assertThat(admin.pushBlob(REPOSITORY, config)).isEqualTo(201);
    assertThat(admin.pushBlob(REPOSITORY, layer)).isEqualTo(201);
    String manifest =
        """
        {"schemaVersion": 2, "mediaType": "%s",
         "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": %d},
         "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "%s", "size": %d}]}
        """
            .formatted(
                RegistryClient.MANIFEST,
                digest(config),
                config.length,
                digest(layer),
                layer.length);
    assertThat(admin.pushManifest(REPOSITORY, tag, manifest.getBytes(UTF_8))).isEqualTo(201);
    return layer;
  }

  private RegistryClient robot() {
    String made =
        breakwater
            .admin()
            .api(
                "POST",
                "/api/v2.0/robots",
                """
                {"name": "builds", "level": "project", "duration": -1, "permissions":
                 [{"kind": "project", "namespace": "library", "access":
                   [{"resource": "repository", "action": "pull"},
                    {"resource": "repository", "action": "push"}]}]}
                """);
    return new RegistryClient(breakwater.url("/"), text(made, "name"), text(made, "secret"));
  }

  private static String digest(byte[] content) {
    return RegistryClient.digest(content);
  }

  /** One byte is another one, the length the same. */
  private void damage(byte[] content) throws IOException {
    byte[] changed = content.clone();
    changed[0] ^= 1;
    Files.write(file(content), changed);
  }

  private Path file(byte[] content) {
    String hex = digest(content).substring("sha256:".length());
    return breakwater
        .dataDirectory()
        .resolve("storage/docker/registry/v2/blobs/sha256")
        .resolve(hex.substring(0, 2))
        .resolve(hex)
        .resolve("data");
  }
}
