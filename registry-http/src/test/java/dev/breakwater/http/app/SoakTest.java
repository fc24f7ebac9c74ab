package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything at once, with garbage collection and retention running all the time: nothing that was
 * acknowledged is lost, nobody sees an error of the server, and what projects use is exact at the
 * end.
 */
final class SoakTest {
  private static final int EVENTS = Integer.getInteger("soak.events", 5000);
  private static final int WORKERS = 6;

  /** There is something to do for the next run then. */
  private static final int EVENTS_PER_RETENTION = 50;

  private static final int SHARED_LAYERS = 24;
  private static final List<String> PROJECTS = List.of("library", "other");

  /** Keeps whatever a worker minds: the rest of its pushes goes. */
  private static final String POLICY =
      """
      {"algorithm": "or",
       "rules": [
        {"action": "retain", "template": "always", "params": {},
         "tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "w*"}],
         "scope_selectors": {"repository":
          [{"kind": "doublestar", "decoration": "repoMatches", "pattern": "**"}]}}],
       "trigger": {"kind": "Schedule", "settings": {"cron": ""}},
       "scope": {"level": "project", "ref": %d}}
      """;

  /** A push takes a fraction of it, and the test several of it. */
  private static final String LEASE = "15s";

  @TempDir private static Path data;
  private static RunningRegistry registry;

  private final AtomicInteger events = new AtomicInteger();

  @BeforeAll
  static void start() throws Exception {
    registry =
        RunningRegistry.start(
            data,
            Map.of(
                "BREAKWATER_GC_LEASE", LEASE,
                "BREAKWATER_GC_ALLOW_SHORT_LEASE", "true",
                "BREAKWATER_UNDO_WINDOW", "1h"));
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  @Test
  void losesNothing() throws Exception {
    ApiClient admin = ApiClient.admin(registry).ofApi();
    admin.post("/projects", "{\"project_name\":\"other\",\"storage_limit\":1000000000}");
    List<Worker> workers = new ArrayList<>();
    for (int n = 0; n < WORKERS; n++) {
      workers.add(new Worker(n));
    }

    runAll(workers, admin);

    for (Worker worker : workers) {
      worker.verify();
    }
    collect(admin);
    for (Worker worker : workers) {
      worker.verify();
    }
    for (String project : PROJECTS) {
      for (String name : admin.get("/projects/" + project + "/repositories").texts("name")) {
        admin
            .delete(
                "/projects/" + project + "/repositories/" + name.substring(project.length() + 1))
            .require(200);
      }
      assertThat(admin.used(project)).as("%s uses", project).isZero();
    }
  }

  private void runAll(List<Worker> workers, ApiClient admin) throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> collector = threads.submit(() -> collectUntil(ended, admin));
      List<Future<Integer>> retentions = new ArrayList<>();
      for (String project : PROJECTS) {
        String policy = "/retentions/" + createPolicy(admin, project);
        retentions.add(threads.submit(() -> retainUntil(ended, admin, policy)));
      }
      List<Future<Boolean>> running = new ArrayList<>();
      for (Worker worker : workers) {
        running.add(threads.submit((Callable<Boolean>) worker::work));
      }
      try {
        for (Future<Boolean> worker : running) {
          assertThat(worker.get()).isTrue();
        }
      } finally {
        ended.set(true);
      }
      assertThat(collector.get()).as("runs of garbage collection").isPositive();
      for (Future<Integer> retention : retentions) {
        assertThat(retention.get()).as("runs of retention").isPositive();
      }
    }
  }

  private static int collectUntil(AtomicBoolean ended, ApiClient admin) {
    int runs = 0;
    while (!ended.get()) {
      collect(admin);
      runs++;
    }
    return runs;
  }

  private static long createPolicy(ApiClient admin, String project) {
    return admin.post("/retentions", POLICY.formatted(admin.projectId(project))).require(201).id();
  }

  private int retainUntil(AtomicBoolean ended, ApiClient admin, String policy) {
    int runs = 0;
    while (!ended.get()) {
      int next = events.get() + EVENTS_PER_RETENTION;
      admin.post(policy + "/executions", "{\"dry_run\": false}").require(201);
      awaitSuccess(() -> admin.get(policy + "/executions").texts("status").getFirst());
      runs++;
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> ended.get() || events.get() >= next);
    }
    return runs;
  }

  private static void awaitSuccess(Supplier<String> statusNow) {
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> {
          String status = statusNow.get();
          assertThat(status).isNotIn("Error", "Stopped");
          return status.equals("Success");
        });
  }

  private static void collect(ApiClient admin) {
    long id =
        admin
            .post(
                "/system/gc/schedule",
                """
                {"schedule": {"type": "Manual"},
                 "parameters": {"delete_untagged": true, "purge_deleted": true, "workers": 2}}
                """)
            .require(201)
            .id();
    awaitSuccess(() -> admin.get("/system/gc/" + id).json().get("job_status").text().orElseThrow());
  }

  /** Pushes, moves, copies and deletes tags that nobody else touches, over shared layers. */
  private final class Worker {
    private final int number;
    private final Random random;
    private final Map<String, Digest> tags = new TreeMap<>();
    private final ApiClient api;
    private int pushed;

    Worker(int number) {
      this.number = number;
      this.random = new Random(number);
      this.api = ApiClient.admin(registry).ofApi();
    }

    boolean work() throws Exception {
      while (events.incrementAndGet() <= EVENTS) {
        int choice = random.nextInt(11);
        if (choice == 10) {
          push("t" + number);
        } else if (tags.size() < 5 || choice < 5) {
          push("w" + number);
        } else if (choice < 6) {
          pull(any());
        } else if (choice < 7) {
          copy(any());
        } else if (choice < 8) {
          deleteTag(any());
        } else {
          deleteArtifact(any());
        }
      }
      return true;
    }

    /** A tag with its repository in front: {@code library/r1:w0-3}. */
    private String any() {
      return new ArrayList<>(tags.keySet()).get(random.nextInt(tags.size()));
    }

    private void push(String prefix) throws Exception {
      String repository = PROJECTS.get(random.nextInt(PROJECTS.size())) + "/r" + random.nextInt(2);
      String config = "{\"worker\": " + number + ", \"push\": " + pushed++ + "}";
      String first = "layer " + random.nextInt(SHARED_LAYERS);
      String second = "layer " + random.nextInt(SHARED_LAYERS);
      String manifest =
          """
          {"schemaVersion": 2, "mediaType": "%s",
           "config": {"mediaType": "%s", "digest": "%s", "size": %d},
           "layers": [{"mediaType": "%s", "digest": "%s", "size": %d},
                      {"mediaType": "%s", "digest": "%s", "size": %d}]}
          """
              .formatted(
                  TestImages.MANIFEST,
                  TestImages.CONFIG,
                  upload(repository, config),
                  config.length(),
                  TestImages.LAYER,
                  upload(repository, first),
                  first.length(),
                  TestImages.LAYER,
                  upload(repository, second),
                  second.length());
      String tag = prefix + "-" + random.nextInt(10);
      HttpResponse<byte[]> answer =
          registry.send(
              "PUT",
              "/v2/" + repository + "/manifests/" + tag,
              manifest.getBytes(UTF_8),
              "Content-Type",
              TestImages.MANIFEST);
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
      if (tag.startsWith("w")) {
        tags.put(repository + ":" + tag, digest(manifest));
      }
    }

    /** As clients do: only what is not there already. */
    private Digest upload(String repository, String content) throws Exception {
      Digest digest = digest(content);
      HttpResponse<byte[]> head =
          registry.send("HEAD", "/v2/" + repository + "/blobs/" + digest, new byte[0]);
      assertThat(head.statusCode()).isIn(200, 404);
      return head.statusCode() == 200 ? digest : registry.push(repository, content.getBytes(UTF_8));
    }

    private void copy(String source) throws Exception {
      int colon = source.lastIndexOf(':');
      String tag = source.substring(colon + 1);
      String target = source.startsWith("library/") ? "other" : "library";
      String repository = "copies" + random.nextInt(2);
      api.post(
              "/projects/" + target + "/repositories/" + repository + "/artifacts?from=" + source,
              "")
          .require(201);
      tags.put(target + "/" + repository + ":" + tag, tags.get(source));
    }

    private void deleteTag(String name) throws Exception {
      HttpResponse<byte[]> answer =
          registry.send("DELETE", "/v2/" + name.replace(":", "/manifests/"), new byte[0]);
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(202);
      tags.remove(name);
    }

    private void deleteArtifact(String name) {
      int slash = name.indexOf('/');
      int colon = name.lastIndexOf(':');
      Digest digest = tags.get(name);
      String repository = name.substring(0, colon);
      api.delete(
              "/projects/"
                  + name.substring(0, slash)
                  + "/repositories/"
                  + name.substring(slash + 1, colon)
                  + "/artifacts/"
                  + digest)
          .require(200);
      tags.entrySet()
          .removeIf(entry ->
              entry.getKey().startsWith(repository + ":") && entry.getValue().equals(digest));
    }

    void verify() throws Exception {
      for (String name : tags.keySet()) {
        pull(name);
      }
    }

    private void pull(String name) throws Exception {
      String repository = name.substring(0, name.lastIndexOf(':'));
      byte[] manifest = get("/v2/" + name.replace(":", "/manifests/"));
      assertThat(Digest.compute(DigestAlgorithm.SHA256, manifest))
          .as(name)
          .isEqualTo(tags.get(name));
      JsonValue parsed = Json.parse(manifest);
      List<JsonValue> blobs = new ArrayList<>(parsed.get("layers").elements());
      blobs.add(parsed.get("config"));
      for (JsonValue blob : blobs) {
        Digest digest = Digest.parse(blob.get("digest").text().orElseThrow());
        byte[] content = get("/v2/" + repository + "/blobs/" + digest);
        assertThat(Digest.compute(DigestAlgorithm.SHA256, content)).isEqualTo(digest);
      }
    }

    private byte[] get(String path) throws Exception {
      HttpResponse<byte[]> answer = registry.send("GET", path, new byte[0]);
      assertThat(answer.statusCode()).as(path + " " + text(answer)).isEqualTo(200);
      return answer.body();
    }

    private static String text(HttpResponse<byte[]> answer) {
      return new String(answer.body(), UTF_8);
    }

    private static Digest digest(String content) {
      return Digest.compute(DigestAlgorithm.SHA256, content.getBytes(UTF_8));
    }
  }
}
