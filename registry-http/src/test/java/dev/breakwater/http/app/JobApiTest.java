package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JobApiTest {
  private static final String PURGE = "/system/purgeaudit";
  private static final String GC = "/system/gc";

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static RunningRegistry registry;
  private static ApiClient admin;

  @BeforeAll
  static void start() throws Exception {
    registry = REGISTRY.running();
    admin = ApiClient.admin(registry).ofApi();
  }

  @Test
  void showsPoolsAndTheirWorkers() throws Exception {
    await().until(() -> admin.get("/jobservice/pools").json().size() == 1);
    JsonValue pool = admin.get("/jobservice/pools").json().elements().getFirst();
    String id = pool.get("worker_pool_id").text().orElseThrow();

    assertThat(pool.get("concurrency").wholeNumber()).hasValue(10);
    assertThat(pool.get("pid").wholeNumber()).hasValue(ProcessHandle.current().pid());
    assertThat(admin.get("/jobservice/pools/" + id + "/workers").texts("pool_id"))
        .hasSize(10)
        .containsOnly(id);
    assertThat(admin.get("/jobservice/pools/all/workers").json().size()).isEqualTo(10);
    assertThat(admin.get("/jobservice/pools/none/workers").status()).isEqualTo(404);
  }

  @Test
  void purgesTheAuditLogByHand() throws Exception {
    admin.newUser("purged");

    ApiAnswer started =
        purge("{\"audit_retention_hour\":1,\"include_event_types\":\"create_user\"}");

    assertThat(started.status()).as(started.body()).isEqualTo(201);
    String run = started.header("Location").replace("/api/v2.0", "");
    JsonValue ended = ended(run);
    assertThat(ended.get("job_status").text()).contains("Success");
    assertThat(ended.get("job_kind").text()).contains("MANUAL");
    assertThat(ended.get("job_name").text()).contains("PURGE_AUDIT_LOG");
    JsonValue parameters = parameters(ended);
    assertThat(parameters.get("audit_retention_hour").wholeNumber()).hasValue(1);
    assertThat(parameters.get("purged").wholeNumber()).as("all is younger").hasValue(0);
    ApiAnswer log = admin.get(run + "/log");
    assertThat(log.header("Content-Type")).startsWith("text/plain");
    assertThat(log.body()).contains("PURGE_AUDIT_LOG begins").contains("ended: Success");
    assertThat(admin.get(PURGE).json().size()).isPositive();
    assertThat(admin.get(PURGE + "?q=status=Error").json().size()).isZero();
    assertThat(admin.put(run, "").status()).as("it has ended").isEqualTo(200);
    assertThat(admin.get(GC + run.substring(PURGE.length())).status()).isEqualTo(404);
  }

  @Test
  void refusesParametersThatAreNone() throws Exception {
    for (String parameters :
        List.of(
            "{}",
            "[]",
            "{\"audit_retention_hour\":0}",
            "{\"audit_retention_hour\":240001}",
            "{\"audit_retention_hour\":\"1\"}",
            "{\"audit_retention_hour\":1,\"include_event_types\":\"create_moon\"}",
            "{\"audit_retention_hour\":1,\"include_event_types\":[]}",
            "{\"audit_retention_hour\":1,\"dry_run\":\"yes\"}")) {
      assertThat(purge(parameters).status()).as(parameters).isEqualTo(400);
    }
    for (String body :
        List.of(
            "{}",
            "{\"schedule\":1}",
            "{\"schedule\":{}}",
            "{\"schedule\":{\"type\":\"Never\"}}",
            "{\"schedule\":{\"type\":\"Custom\"}}",
            "{\"schedule\":{\"type\":\"Custom\",\"cron\":\"* * *\"}}",
            "{\"schedule\":{\"type\":\"Custom\",\"cron\":\"0 0 0 31 2 *\"}}",
            "{\"schedule\":{\"type\":\"Custom\",\"cron\":\"99 0 0 * * *\"}}",
            "{\"schedule\":{\"type\":\"Manual\"},\"parameters\":{\"workers\":11}}",
            "{\"schedule\":{\"type\":\"Manual\"},\"parameters\":{\"workers\":0}}",
            "{\"schedule\":{\"type\":\"Manual\"},\"parameters\":{\"dry_run\":1}}",
            "{")) {
      assertThat(admin.post(GC + "/schedule", body).status()).as(body).isEqualTo(400);
      assertThat(admin.put(GC + "/schedule", body).status()).as(body).isEqualTo(400);
    }
    assertThat(admin.get(GC + "/none").status()).isEqualTo(422);
    assertThat(admin.get(GC + "/0").status()).isEqualTo(404);
    assertThat(admin.put(GC + "/0", "").status()).isEqualTo(404);
    assertThat(admin.get(GC + "/0/log").status()).isEqualTo(404);
  }

  @Test
  void collectsGarbageByHand() throws Exception {
    ApiAnswer started =
        admin.post(
            GC + "/schedule",
            "{\"schedule\":{\"type\":\"Manual\"},\"parameters\":{\"dry_run\":true,\"workers\":2}}");

    JsonValue run = ended(started.header("Location").replace("/api/v2.0", ""));

    assertThat(run.get("job_status").text()).contains("Success");
    assertThat(parameters(run).get("dry_run").bool()).hasValue(true);
    assertThat(parameters(run).get("workers").wholeNumber()).hasValue(2);
    assertThat(parameters(run).get("freed_space").wholeNumber()).hasValue(0);
    assertThat(parameters(run).get("purged_blobs").wholeNumber()).hasValue(0);
    assertThat(parameters(run).get("purged_manifests").wholeNumber()).hasValue(0);
  }

  @Test
  void setsChangesAndRemovesASchedule() throws Exception {
    String schedule = GC + "/schedule";
    assertThat(admin.get(schedule).json().members()).isEmpty();

    assertThat(
            admin
                .post(
                    schedule,
                    "{\"schedule\":{\"type\":\"Daily\",\"cron\":\"0 0 3 * * *\"},"
                        + "\"parameters\":{\"delete_untagged\":true,\"workers\":3}}")
                .status())
        .isEqualTo(201);

    JsonValue found = admin.get(schedule).json();
    assertThat(found.get("schedule").get("type").text()).contains("Daily");
    assertThat(found.get("schedule").get("cron").text()).contains("0 0 3 * * *");
    assertThat(found.get("schedule").get("next_scheduled_time").text().orElseThrow())
        .endsWith("T03:00:00.000Z");
    assertThat(parameters(found).get("workers").wholeNumber()).hasValue(3);
    assertThat(parameters(found).get("delete_untagged").bool()).hasValue(true);
    assertThat(admin.post(schedule, "{\"schedule\":{\"type\":\"Hourly\"}}").code())
        .isEqualTo("CONFLICT");
    assertThat(admin.get("/schedules").texts("vendor_type")).contains("GARBAGE_COLLECTION");

    assertThat(admin.put(schedule, "{\"schedule\":{\"type\":\"Hourly\"}}").status()).isEqualTo(200);
    assertThat(admin.get(schedule).json().get("schedule").get("cron").text())
        .contains("0 0 * * * *");
    assertThat(admin.put(schedule, "{\"schedule\":{\"type\":\"None\"}}").status()).isEqualTo(200);
    assertThat(admin.get(schedule).json().members()).isEmpty();
  }

  @Test
  void beginsByItselfWhenItIsTime() throws Exception {
    String body =
        """
        {"schedule":{"type":"Custom","cron":"* * * * * *"},
         "parameters":{"audit_retention_hour":240000,"include_event_types":"pull_artifact"}}
        """;
    assertThat(admin.put(PURGE + "/schedule", body).status()).isEqualTo(200);

    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> admin.get(PURGE + "?q=trigger=SCHEDULE,status=Success").json().size() >= 2);
    assertThat(admin.put(PURGE + "/schedule", "{\"schedule\":{\"type\":\"None\"}}").status())
        .isEqualTo(200);
    JsonValue run = admin.get(PURGE + "?q=trigger=SCHEDULE").json().elements().getFirst();
    assertThat(run.get("schedule").get("type").text()).contains("Schedule");
  }

  @Test
  void pausesAndResumesQueues() throws Exception {
    assertThat(steer("EXECUTION_SWEEP", "pause").status()).isEqualTo(200);
    assertThat(queue("EXECUTION_SWEEP").get("paused").bool()).hasValue(true);
    assertThat(queue("PURGE_AUDIT_LOG").get("paused").bool()).hasValue(false);
    assertThat(steer("EXECUTION_SWEEP", "stop").status()).isEqualTo(200);
    assertThat(steer("EXECUTION_SWEEP", "resume").status()).isEqualTo(200);
    assertThat(queue("EXECUTION_SWEEP").get("paused").bool()).hasValue(false);

    assertThat(admin.get("/schedules/all/paused").json().get("paused").bool()).hasValue(false);
    assertThat(steer("SCHEDULER", "pause").status()).isEqualTo(200);
    assertThat(admin.get("/schedules/all/paused").json().get("paused").bool()).hasValue(true);
    assertThat(steer("SCHEDULER", "resume").status()).isEqualTo(200);
    assertThat(admin.get("/schedules/GARBAGE_COLLECTION/paused").status()).isEqualTo(400);

    assertThat(steer("NONE", "pause").status()).isEqualTo(404);
    assertThat(steer("EXECUTION_SWEEP", "burn").status()).isEqualTo(422);
    assertThat(admin.put("/jobservice/queues/EXECUTION_SWEEP", "{}").status()).isEqualTo(422);
  }

  @Test
  void stopsJobsAndShowsTheirLogs() throws Exception {
    assertThat(admin.put("/jobservice/jobs/all", "").status()).isEqualTo(200);
    assertThat(admin.put("/jobservice/jobs/none", "").status()).isEqualTo(404);
    assertThat(admin.put("/jobservice/jobs/0", "").status()).isEqualTo(404);
    assertThat(admin.get("/jobservice/jobs/0/log").status()).isEqualTo(404);
    ended(purge("{\"audit_retention_hour\":5}").header("Location").replace("/api/v2.0", ""));
    assertThat(admin.get("/jobservice/jobs/1/log").body()).contains("ended:");
  }

  @Test
  void showsMetricsByHarborsNames() throws Exception {
    ended(purge("{\"audit_retention_hour\":7}").header("Location").replace("/api/v2.0", ""));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(registry.metrics())
                .contains(
                    "harbor_jobservice_info{node=",
                    "harbor_jobservice_task_total{status=\"success\",type=\"PURGE_AUDIT_LOG\"}",
                    "harbor_jobservice_task_process_time_seconds_count{type=\"PURGE_AUDIT_LOG\"}",
                    "harbor_task_queue_size{type=\"PURGE_AUDIT_LOG\"}",
                    "harbor_task_queue_latency{type=\"PURGE_AUDIT_LOG\"}",
                    "harbor_task_concurrency{type=\"PURGE_AUDIT_LOG\"}",
                    "harbor_task_scheduled_total 2"));
  }

  private static ApiAnswer purge(String parameters) throws Exception {
    return admin.post(
        PURGE + "/schedule",
        "{\"schedule\":{\"type\":\"Manual\"},\"parameters\":" + parameters + "}");
  }

  private static JsonValue ended(String run) throws Exception {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            List.of("Success", "Error", "Stopped")
                .contains(admin.get(run).json().get("job_status").text().orElse("")));
    return admin.get(run).json();
  }

  private static JsonValue parameters(JsonValue job) {
    return Json.parse(job.get("job_parameters").text().orElseThrow().getBytes(UTF_8));
  }

  private static ApiAnswer steer(String queue, String action) throws Exception {
    return admin.put("/jobservice/queues/" + queue, "{\"action\":\"" + action + "\"}");
  }

  private static JsonValue queue(String kind) throws Exception {
    return admin.get("/jobservice/queues").json().elements().stream()
        .filter(queue -> queue.get("job_type").text().orElseThrow().equals(kind))
        .findFirst()
        .orElseThrow();
  }
}
