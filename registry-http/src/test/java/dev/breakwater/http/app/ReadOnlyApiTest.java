package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadOnlyApiTest {
  private static final String CONFIGURATIONS = "/api/v2.0/configurations";

  @TempDir Path data;

  @Test
  void refusesEveryWayToWriteUntilTheModeEnds() throws Exception {
    try (RunningRegistry registry = RunningRegistry.start(data, Map.of())) {
      String upload = registry.beginUpload("library/x");
      assertThat(status(registry, "PUT", CONFIGURATIONS, "{\"read_only\":true}")).isEqualTo(200);

      for (List<String> request :
          List.of(
              List.of("POST", "/v2/library/x/blobs/uploads/"),
              List.of("POST", "/v2//library/x/blobs/uploads/"),
              List.of("PATCH", upload),
              List.of("PUT", upload),
              List.of("DELETE", upload),
              List.of("PUT", "/v2/library/x/manifests/v1"),
              List.of("DELETE", "/v2/library/x/manifests/v1"),
              List.of("POST", "/api/v2.0/projects"),
              List.of("PUT", "/api/v2.0/projects/library"),
              List.of("DELETE", "/api/v2.0/projects/library"),
              List.of("POST", "/api/v2.0/projects/library/members"),
              List.of("POST", "/api/v2.0/robots"),
              List.of("POST", "/api/v2.0/federations"),
              List.of("POST", "/api/v2.0/users"))) {
        HttpResponse<byte[]> answer =
            registry.send(request.getFirst(), request.getLast(), "{}".getBytes(UTF_8));
        assertThat(answer.statusCode()).as("%s", request).isEqualTo(403);
        assertThat(new String(answer.body(), UTF_8))
            .contains("\"code\":\"DENIED\"")
            .contains("The system is in read only mode. Any modification is prohibited.");
      }
      assertThat(status(registry, "GET", "/v2/", "")).isEqualTo(200);
      assertThat(status(registry, "GET", "/api/v2.0/projects/library", "")).isEqualTo(200);

      assertThat(status(registry, "PUT", CONFIGURATIONS, "{\"read_only\":false}")).isEqualTo(200);
      registry.push("library/x", new byte[] {1});
    }
  }

  private static int status(RunningRegistry registry, String method, String path, String body)
      throws Exception {
    return registry.send(method, path, body.getBytes(UTF_8)).statusCode();
  }
}
