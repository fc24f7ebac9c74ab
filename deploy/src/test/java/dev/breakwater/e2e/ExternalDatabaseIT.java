package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's PostgreSQL in place of the embedded one, with nothing else changed. */
final class ExternalDatabaseIT {
  private static final String ROBOT =
      """
      {"name": "builds", "level": "project", "duration": -1, "permissions":
       [{"kind": "project", "namespace": "team", "access":
         [{"resource": "repository", "action": "pull"},
          {"resource": "repository", "action": "push"}]}]}
      """;

  @TempDir private static Path server;
  private static DebianPostgres postgres;

  @TempDir private Path directory;
  private String database;

  @BeforeAll
  static void startPostgres() throws IOException {
    postgres = DebianPostgres.start(server);
  }

  @AfterAll
  static void stopPostgres() {
    if (postgres != null) {
      postgres.close();
    }
  }

  @BeforeEach
  void createDatabase() {
    database = postgres.newDatabase();
  }

  @Test
  void keepsWhatWasPushedAcrossARestart() throws IOException {
    byte[] content = "kept in a database of somebody else's".getBytes();
    String digest = RegistryClient.digest(content);
    try (BreakwaterProcess breakwater = on(directory).start()) {
      assertThat(breakwater.admin().pushBlob("library/external", content)).isEqualTo(201);
      assertThat(breakwater.terminate()).isZero();

      breakwater.start();

      assertThat(breakwater.admin().blob("library/external", digest).body()).isEqualTo(content);
      assertThat(OwnedProcesses.in(breakwater.dataDirectory())).isEmpty();
    }
  }

  /** What a newer program has written down when it changed the schema so that ours would fail. */
  @Test
  void refusesTheSchemaOfANewerProgramThatDoesNotServeThisOne() {
    try (BreakwaterProcess breakwater = on(directory).start()) {
      assertThat(breakwater.terminate()).isZero();
      postgres.run(
          database,
          """
          INSERT INTO schema_step (number, name, checksum, serves, applied_by)
          VALUES (999, 'contract', 'of that step', '99.0.0', '99.1.0')
          """);

      Outcome refused = breakwater.subcommand("serve").run();

      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.errors())
          .contains(
              "breakwater: The database's schema serves program version 99.0.0 and newer, this is"
                  + " version "
                  + System.getProperty("breakwater.version")
                  + ". Start version 99.0.0 or newer.")
          .doesNotContain("\tat ");
      assertThat(refused.output()).doesNotContain("Breakwater ready");
    }
  }

  @Test
  void letsSeveralReplicasStartAtOnceOnAnEmptyDatabase() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    byte[] content = "pushed to one, pulled from the other".getBytes();
    try (BreakwaterProcess one = replica(directory).launch();
        BreakwaterProcess two = replica(other).launch()) {
      one.awaitReady();
      two.awaitReady();

      RegistryClient first = new RegistryClient(one.url("/"), "admin", "same-for-both");
      RegistryClient second = new RegistryClient(two.url("/"), "admin", "same-for-both");
      assertThat(first.pushBlob("library/replicas", content)).isEqualTo(201);
      assertThat(second.blob("library/replicas", RegistryClient.digest(content)).body())
          .isEqualTo(content);
    }
  }

  @Test
  void endsARightAtTheOtherReplicaWithinFiveSecondsAlsoForTokens() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    try (BreakwaterProcess one = replica(directory).start();
        BreakwaterProcess two = replica(other).start()) {
      RegistryClient admin = new RegistryClient(one.url("/"), "admin", "same-for-both");
      assertThat(admin.createProject("team", false)).isEqualTo(201);
      String member = makeDeveloper(admin);
      Bearer user = Bearer.of(two, "dora", "Correct-Horse-9");
      String made = admin.api("POST", "/api/v2.0/robots", ROBOT);
      Bearer robot = Bearer.of(two, text(made, "name"), text(made, "secret"));
      assertThat(user.push()).isEqualTo(202);
      assertThat(robot.push()).isEqualTo(202);

      admin.api("DELETE", "/api/v2.0/projects/team/members/" + member, "");
      admin.api("DELETE", "/api/v2.0/robots/" + number(made, "id"), "");

      await()
          .atMost(Duration.ofSeconds(5))
          .pollInterval(Duration.ofMillis(100))
          .until(() -> user.push() != 202 && robot.push() != 202);
    }
  }

  @Test
  void resetsAPasswordWhileTheServerRuns() throws IOException {
    Path input = Files.writeString(directory.resolve("input"), "Recovered-Horse-9\n");
    try (BreakwaterProcess breakwater = replica(directory).start()) {
      assertThat(status(breakwater, "same-for-both")).isEqualTo(200);

      breakwater
          .subcommand("user", "reset-password", "admin", "--password-stdin")
          .input(input)
          .succeed();

      await().atMost(Duration.ofSeconds(5)).until(() -> status(breakwater, "same-for-both") == 401);
      assertThat(status(breakwater, "Recovered-Horse-9")).isEqualTo(200);
    }
  }

  private static int status(BreakwaterProcess breakwater, String password) {
    return new RegistryClient(breakwater.url("/"), "admin", password).get("/v2/").statusCode();
  }

  /** The number of the membership. */
  private static String makeDeveloper(RegistryClient admin) {
    admin.api(
        "POST",
        "/api/v2.0/users",
        """
        {"username": "dora", "email": "dora@example.org", "realname": "Dora",
         "password": "Correct-Horse-9"}
        """);
    admin.api(
        "POST",
        "/api/v2.0/projects/team/members",
        "{\"role_id\": 2, \"member_user\": {\"username\": \"dora\"}}");
    return number(admin.api("GET", "/api/v2.0/projects/team/members?entityname=dora", ""), "id");
  }

  private static String text(String json, String member) {
    return json.replaceFirst("(?s).*\"" + member + "\" ?: ?\"([^\"]*)\".*", "$1");
  }

  private static String number(String json, String member) {
    return json.replaceFirst("(?s).*\"" + member + "\" ?: ?([0-9]+).*", "$1");
  }

  private BreakwaterProcess on(Path home) {
    return BreakwaterProcess.in(home)
        .with("database.url", database)
        .with("database.username", DebianPostgres.USER)
        .with("database.password", DebianPostgres.PASSWORD);
  }

  /** Replicas share the database, the blobs, the secret key and the administrator. */
  private BreakwaterProcess replica(Path home) {
    return on(home)
        .with("storage.filesystem.root", directory.resolve("blobs"))
        .with("secret.key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
        .with("admin.password", "same-for-both");
  }

  /** A token that somebody got at a replica, used at that one. */
  private record Bearer(BreakwaterProcess replica, String token) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    static Bearer of(BreakwaterProcess replica, String user, String password) {
      String answer =
          new String(
              new RegistryClient(replica.url("/"), user, password)
                  .get("/service/token?scope=repository:team/app:pull,push")
                  .body(),
              UTF_8);
      return new Bearer(replica, text(answer, "token"));
    }

    /** The status of an upload that begins. */
    int push() {
      try {
        return HTTP.send(
                HttpRequest.newBuilder(replica.url("/v2/team/app/blobs/uploads/"))
                    .header("Authorization", "Bearer " + token)
                    .POST(BodyPublishers.noBody())
                    .build(),
                BodyHandlers.discarding())
            .statusCode();
      } catch (IOException e) {
        throw new AssertionError(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }
}
