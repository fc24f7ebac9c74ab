package dev.breakwater.e2e;

import static dev.breakwater.e2e.JsonText.number;
import static dev.breakwater.e2e.JsonText.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A server is killed with -9 in the middle of a job: the job goes on from its checkpoint within 30
 * seconds, at the same server after a restart or at another one, does all of its work and none of
 * it twice. The tests run beside each other, because most of their time is waiting for leases.
 */
final class JobKillIT {
  /** More than fit into one batch. */
  private static final int UNTAGGED = 600;

  private static final int TAGGED = 1600;
  private static final int PUSHES_AT_ONCE = 4;
  private static final Duration GOES_ON = Duration.ofSeconds(30);
  private static final Duration ENDS = Duration.ofSeconds(120);
  private static final String REPOSITORY = "/api/v2.0/projects/library/repositories/many";
  private static final String GC = "/api/v2.0/system/gc";
  private static final String EMPTY = RegistryClient.digest("{}".getBytes(UTF_8));

  private static final String POLICY =
      """
      {"algorithm": "or",
       "rules": [
        {"action": "retain", "template": "always", "params": {},
         "tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "keep"}],
         "scope_selectors": {"repository":
          [{"kind": "doublestar", "decoration": "repoMatches", "pattern": "**"}]}}],
       "trigger": {"kind": "Schedule", "settings": {"cron": ""}, "references": {}},
       "scope": {"level": "project", "ref": 1}}
      """;

  @TempDir private Path directory;

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void goesOnWithGarbageCollectionAfterARestart() {
    try (BreakwaterProcess breakwater =
        BreakwaterProcess.in(directory)
            .with("gc.lease", "0s")
            .with("gc.allow-short-lease", "true")
            .start()) {
      RegistryClient admin = breakwater.admin();
      push(admin, UNTAGGED, false);
      admin.api(
          "POST",
          GC + "/schedule",
          "{\"schedule\": {\"type\": \"Manual\"}, \"parameters\": {\"delete_untagged\": true}}");
      awaitMiddle(admin, UNTAGGED);
      breakwater.kill();

      breakwater.start();

      int left = artifacts(admin);
      assertThat(left).as("left when it was killed").isGreaterThan(1);
      await().atMost(GOES_ON).until(() -> artifacts(admin) < left);
      await()
          .atMost(ENDS)
          .until(() -> admin.api("GET", GC, "").contains("\"job_status\":\"Success\""));
      assertThat(artifacts(admin)).isEqualTo(1);
      assertThat(admin.manifest("library/many", "keep").statusCode()).isEqualTo(200);
      assertThat(total(admin, GC)).isEqualTo(1);
      String run = admin.api("GET", GC, "");
      assertThat(number(run.replace("\\\"", "\""), "purged_manifests")).as(run).isEqualTo(UNTAGGED);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void goesOnWithRetentionAtTheOtherReplica() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    try (DebianPostgres database = DebianPostgres.start(directory);
        BreakwaterProcess one = replica(database, directory).start();
        BreakwaterProcess two = replica(database, other).start()) {
      RegistryClient admin = client(one);
      push(admin, TAGGED, true);
      String policy = location(admin.send("POST", "/api/v2.0/retentions", POLICY));
      String execution =
          location(admin.send("POST", policy + "/executions", "{\"dry_run\": false}"));
      awaitMiddle(admin, TAGGED);
      boolean first = runsAt(admin, one);
      (first ? one : two).kill();

      RegistryClient survivor = client(first ? two : one);

      int left = artifacts(survivor);
      assertThat(left).as("left when it was killed").isGreaterThan(1);
      await().atMost(GOES_ON).until(() -> artifacts(survivor) < left);
      await()
          .atMost(ENDS)
          .until(() ->
              survivor
                  .api("GET", policy + "/executions", "")
                  .replace(" ", "")
                  .contains("\"status\":\"Succe"));
      assertThat(artifacts(survivor)).isEqualTo(1);
      assertThat(survivor.manifest("library/many", "keep").statusCode()).isEqualTo(200);
      String tasks = survivor.api("GET", execution + "/tasks", "");
      assertThat(number(tasks, "total")).as(tasks).isEqualTo(TAGGED + 1);
      assertThat(number(tasks, "retained")).as(tasks).isEqualTo(1);
      assertThat(
              total(survivor, "/api/v2.0/auditlog-exts?q=operation=delete,resource_type=artifact"))
          .as("deletions in the audit log")
          .isEqualTo(TAGGED);
      assertThat(deletions(survivor, execution, tasks)).doesNotHaveDuplicates();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void runsEachScheduleOnceHoweverManyReplicasThereAre() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    try (DebianPostgres database = DebianPostgres.start(directory);
        BreakwaterProcess one = replica(database, directory).start();
        BreakwaterProcess two = replica(database, other).start()) {
      RegistryClient admin = client(one);
      assertThat(total(admin, "/api/v2.0/jobservice/pools")).isLessThanOrEqualTo(2);
      admin.api(
          "POST",
          GC + "/schedule",
          """
          {"schedule": {"type": "Custom", "cron": "* * * * * *"},
           "parameters": {"dry_run": true}}
          """);

      await().atMost(ENDS).until(() -> total(client(two), GC) >= 6);

      String runs = admin.api("GET", GC + "?page_size=100", "");
      List<String> seconds =
          Pattern.compile("\"creation_time\" ?: ?\"([^\".Z]*)")
              .matcher(runs)
              .results()
              .map(found -> found.group(1))
              .toList();
      assertThat(seconds).hasSizeGreaterThanOrEqualTo(6).doesNotHaveDuplicates();
    }
  }

  /** Manifests with a tag or without, and one that stays. */
  private static void push(RegistryClient admin, int count, boolean tagged) {
    assertThat(admin.pushBlob("library/many", "{}".getBytes(UTF_8))).isEqualTo(201);
    push(admin, "keep", manifest(count));
    try (ExecutorService pushes = Executors.newFixedThreadPool(PUSHES_AT_ONCE)) {
      List<Future<?>> all = new ArrayList<>();
      for (int n = 0; n < count; n++) {
        byte[] manifest = manifest(n);
        String reference = tagged ? "v" + n : RegistryClient.digest(manifest);
        all.add(pushes.submit(() -> push(admin, reference, manifest)));
      }
      for (Future<?> push : all) {
        push.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(artifacts(admin)).isEqualTo(count + 1);
  }

  private static void push(RegistryClient admin, String reference, byte[] manifest) {
    assertThat(admin.pushManifest("library/many", reference, manifest)).isEqualTo(201);
  }

  private static byte[] manifest(int number) {
    return """
    {"schemaVersion": 2, "mediaType": "%s", "annotations": {"number": "%d"},
     "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 2,
                "digest": "%s"}, "layers": []}
    """
        .formatted(RegistryClient.MANIFEST, number, EMPTY)
        .getBytes(UTF_8);
  }

  private static void awaitMiddle(RegistryClient admin, int pushed) {
    await()
        .atMost(ENDS)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> artifacts(admin) <= pushed);
  }

  private static int artifacts(RegistryClient admin) {
    return (int) number(admin.api("GET", REPOSITORY, ""), "artifact_count");
  }

  private static int total(RegistryClient admin, String path) {
    HttpResponse<byte[]> answer = admin.get(path);
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
    return answer.headers().firstValue("X-Total-Count").map(Integer::parseInt).orElse(0);
  }

  /** Whether a worker of this process has a job. */
  private static boolean runsAt(RegistryClient admin, BreakwaterProcess one) {
    String pools = admin.api("GET", "/api/v2.0/jobservice/pools", "");
    return Pattern.compile("\\{[^{}]*}")
        .matcher(pools)
        .results()
        .filter(pool -> number(pool.group(), "pid") == one.process().pid())
        .map(pool -> text(pool.group(), "worker_pool_id"))
        .map(pool -> admin.api("GET", "/api/v2.0/jobservice/pools/" + pool + "/workers", ""))
        .anyMatch(workers -> workers.contains("RETENTION"));
  }

  /** The digests that the log says were deleted. */
  private static List<String> deletions(RegistryClient admin, String execution, String tasks) {
    String log = new String(admin.get(execution + "/tasks/" + number(tasks, "id")).body(), UTF_8);
    List<String> digests =
        Stream.of(log.split("\n", -1))
            .filter(line -> line.contains(" DEL ") || line.contains("\tDEL"))
            .flatMap(
                line -> Pattern.compile("sha256:[0-9a-f]{64}").matcher(line).results().limit(1))
            .map(found -> found.group())
            .toList();
    assertThat(digests).as(log.substring(0, Math.min(2000, log.length()))).isNotEmpty();
    return digests;
  }

  private static String location(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(201);
    return answer.headers().firstValue("Location").orElseThrow();
  }

  private static RegistryClient client(BreakwaterProcess replica) {
    return new RegistryClient(replica.url("/"), "admin", "same-for-both");
  }

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
