package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database goes away in every way there is, and comes back. */
final class DatabaseOutageIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final byte[] CONTENT = "pushed before".getBytes(UTF_8);

  @TempDir private Path directory;

  @Test
  void answers503WithAReasonWhileTheDatabaseIsAwayAndHealsByItself() throws IOException {
    try (DebianPostgres database = DebianPostgres.start(directory);
        BreakwaterProcess breakwater = on(database.port(), directory).start()) {
      RegistryClient admin = client(breakwater);
      assertThat(admin.pushBlob("library/kept", CONTENT)).isEqualTo(201);

      database.kill();

      await().atMost(PATIENCE).until(() -> !ready(breakwater));
      assertUnavailable(admin.blob("library/kept", RegistryClient.digest(CONTENT)));
      assertUnavailable(admin.beginUpload("library/kept"));
      assertUnavailable(admin.get("/api/v2.0/users"));
      assertUnavailable(
          new RegistryClient(breakwater.url("/"), "nobody", "knows")
              .get("/service/token?service=breakwater-registry"));
      String health = new String(admin.get("/api/v2.0/health").body(), UTF_8);
      assertThat(health).contains("\"unhealthy\"").contains("\"database\"");

      database.startAgain();

      await().atMost(PATIENCE).until(() -> ready(breakwater));
      assertThat(admin.blob("library/kept", RegistryClient.digest(CONTENT)).body())
          .isEqualTo(CONTENT);
      assertThat(admin.pushBlob("library/kept", "and after".getBytes(UTF_8))).isEqualTo(201);
    }
  }

  @Test
  void losesNothingAndLiesNeverWhileTheServerIsKilledAgainAndAgain() throws IOException {
    try (DebianPostgres database = DebianPostgres.start(directory);
        BreakwaterProcess breakwater = on(database.port(), directory).start();
        ClusterLoad load = ClusterLoad.start(client(breakwater))) {
      for (int i = 0; i < 4; i++) {
        int before = load.pushed.size();
        await().atMost(PATIENCE).until(() -> load.pushed.size() > before + 5);
        database.kill();
        database.startAgain();
      }
      await().atMost(PATIENCE).until(() -> ready(breakwater));
      load.close();

      assertThat(load.failures).allMatch(failure -> failure.contains(": 503 "));
      RegistryClient admin = client(breakwater);
      load.pushed.forEach((tag, digest) -> {
        String[] name = tag.split(":", 2);
        assertThat(RegistryClient.digest(admin.manifest(name[0], name[1]).body()))
            .isEqualTo(digest);
      });
    }
  }

  @Test
  void failsNoRequestWhenConnectionsAreCutWhileNothingIsUnderWay() throws IOException {
    try (DebianPostgres database = DebianPostgres.start(directory);
        Wire wire = Wire.to(database.port());
        BreakwaterProcess breakwater = on(wire.port(), directory).start()) {
      RegistryClient admin = client(breakwater);
      for (int i = 0; i < 10; i++) {
        wire.cut();
        byte[] content = ("content " + i).getBytes(UTF_8);
        assertThat(admin.pushBlob("library/cut", content)).isEqualTo(201);
        assertThat(admin.get("/api/v2.0/projects").statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void leavesReadinessWhileItIsPartedFromTheDatabaseAndComesBack() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    try (DebianPostgres database = DebianPostgres.start(directory);
        Wire wire = Wire.to(database.port());
        BreakwaterProcess parted = on(wire.port(), directory).start();
        BreakwaterProcess whole = on(database.port(), other).start()) {
      assertThat(client(whole).pushBlob("library/kept", CONTENT)).isEqualTo(201);
      assertThat(client(parted).get("/api/v2.0/projects").statusCode()).isEqualTo(200);

      wire.part();

      await().atMost(PATIENCE).until(() -> !ready(parted));
      assertUnavailable(client(parted).blob("library/kept", RegistryClient.digest(CONTENT)));
      assertThat(ready(whole)).isTrue();
      assertThat(client(whole).blob("library/kept", RegistryClient.digest(CONTENT)).body())
          .isEqualTo(CONTENT);

      wire.join();

      await().atMost(PATIENCE).until(() -> ready(parted));
      assertThat(client(parted).blob("library/kept", RegistryClient.digest(CONTENT)).body())
          .isEqualTo(CONTENT);
    }
  }

  private static void assertUnavailable(HttpResponse<byte[]> answer) {
    String body = new String(answer.body(), UTF_8);
    assertThat(answer.statusCode()).as(body).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).as(body).isPresent();
    assertThat(body).contains("\"errors\"").contains("the database does not answer");
  }

  private static boolean ready(BreakwaterProcess breakwater) {
    return client(breakwater).get(breakwater.managementUrl("/health/ready")).statusCode() == 200;
  }

  private static RegistryClient client(BreakwaterProcess breakwater) {
    return new RegistryClient(breakwater.url("/"), "admin", "same-for-both");
  }

  private BreakwaterProcess on(int port, Path home) {
    return BreakwaterProcess.in(home)
        .with("database.url", "postgresql://127.0.0.1:" + port + "/postgres")
        .with("database.username", DebianPostgres.USER)
        .with("database.password", DebianPostgres.PASSWORD)
        .with("storage.filesystem.root", directory.resolve("blobs"))
        .with("secret.key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
        .with("admin.password", "same-for-both");
  }
}
