package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's PostgreSQL in place of the embedded one, with nothing else changed. */
final class ExternalDatabaseIT {
  @TempDir private Path directory;

  @Test
  void keepsWhatWasPushedAcrossARestart() throws IOException {
    byte[] content = "kept in a database of somebody else's".getBytes();
    String digest = RegistryClient.digest(content);
    try (DebianPostgres database = DebianPostgres.start(directory);
        BreakwaterProcess breakwater = on(database).start()) {
      assertThat(breakwater.admin().pushBlob("library/external", content)).isEqualTo(201);
      assertThat(breakwater.terminate()).isZero();

      breakwater.start();

      assertThat(breakwater.admin().blob("library/external", digest).body()).isEqualTo(content);
      assertThat(OwnedProcesses.in(breakwater.dataDirectory())).isEmpty();
    }
  }

  @Test
  void letsSeveralReplicasStartAtOnceOnAnEmptyDatabase() throws IOException {
    Path other = java.nio.file.Files.createDirectory(directory.resolve("other"));
    byte[] content = "pushed to one, pulled from the other".getBytes();
    try (DebianPostgres database = DebianPostgres.start(directory);
        BreakwaterProcess one = replica(database, directory).launch();
        BreakwaterProcess two = replica(database, other).launch()) {
      one.awaitReady();
      two.awaitReady();

      RegistryClient first = new RegistryClient(one.url("/"), "admin", "same-for-both");
      RegistryClient second = new RegistryClient(two.url("/"), "admin", "same-for-both");
      assertThat(first.pushBlob("library/replicas", content)).isEqualTo(201);
      assertThat(second.blob("library/replicas", RegistryClient.digest(content)).body())
          .isEqualTo(content);
    }
  }

  private BreakwaterProcess on(DebianPostgres database) {
    return BreakwaterProcess.in(directory)
        .with("database.url", database.url())
        .with("database.username", DebianPostgres.USER)
        .with("database.password", DebianPostgres.PASSWORD);
  }

  /** Replicas share the database, the blobs, the secret key and the administrator. */
  private BreakwaterProcess replica(DebianPostgres database, Path home) {
    return BreakwaterProcess.in(home)
        .with("database.url", database.url())
        .with("database.username", DebianPostgres.USER)
        .with("database.password", DebianPostgres.PASSWORD)
        .with("storage.filesystem.root", directory.resolve("blobs"))
        .with("secret.key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
        .with("admin.password", "same-for-both");
  }
}
