package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.json.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is noted of pulls, and that nothing of it is lost at an orderly stop. */
final class PullSettingsApiTest {
  @TempDir Path data;

  @Test
  void countsPullsAsSettingsSayAndBeforeItStops() throws Exception {
    try (RunningRegistry registry = RunningRegistry.start(data, Map.of())) {
      ApiClient admin = ApiClient.admin(registry).ofApi();
      new TestImages(registry).image("library/app", "layer", "v1");
      admin
          .put(
              "/configurations",
              "{\"pull_count_update_disable\": true, \"pull_time_update_disable\": true}")
          .require(200);
      pull(registry);
      await().atMost(Duration.ofSeconds(30)).until(() -> pulls(admin) == 1);
      assertThat(count(admin)).isZero();
      assertThat(pullTime(admin)).startsWith("0001");

      admin
          .put(
              "/configurations",
              "{\"pull_count_update_disable\": false, \"pull_time_update_disable\": false}")
          .require(200);
      pull(registry);
      await().atMost(Duration.ofSeconds(30)).until(() -> count(admin) == 1);
      for (int i = 0; i < 20; i++) {
        pull(registry);
      }
    }
    try (RunningRegistry registry = RunningRegistry.start(data, Map.of())) {
      ApiClient admin = ApiClient.admin(registry).ofApi();
      assertThat(count(admin)).as("the last ones, too").isEqualTo(21);
      assertThat(pullTime(admin)).doesNotStartWith("0001");
    }
  }

  private static void pull(RunningRegistry registry) throws Exception {
    int status = registry.send("GET", "/v2/library/app/manifests/v1", new byte[0]).statusCode();
    assertThat(status).isEqualTo(200);
  }

  private static int pulls(ApiClient admin) {
    return admin.get("/projects/library/logs?q=operation%3Dpull").json().size();
  }

  private static long count(ApiClient admin) {
    JsonValue repository = admin.get("/projects/library/repositories/app").json();
    return repository.get("pull_count").wholeNumber().orElseThrow();
  }

  private static String pullTime(ApiClient admin) {
    JsonValue artifact = admin.get("/projects/library/repositories/app/artifacts/v1").json();
    return artifact.get("pull_time").text().orElseThrow();
  }
}
