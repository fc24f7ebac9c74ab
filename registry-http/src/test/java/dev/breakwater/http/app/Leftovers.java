package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What clients that went away could leave behind in a registry. */
final class Leftovers {
  private static final List<String> FOLDERS =
      List.of("/_breakwater/uploads/", "/docker/registry/v2/blobs/");

  private Leftovers() {}

  /** Waits until nothing is answered, received or sent any more. */
  static void awaitQuiet(RunningRegistry registry) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          assertThat(registry.metric("breakwater_upload_pumps_running")).isZero();
          assertThat(registry.metric("breakwater_upload_pump_queue_bytes")).isZero();
          assertThat(registry.metric("breakwater_downloads_running")).isZero();
          assertThat(registry.metric("harbor_core_http_inflight_requests")).isZero();
        });
  }

  /** The files of blobs and uploads that this process has open. */
  static List<String> openFiles() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .map(Leftovers::target)
          .filter(target -> FOLDERS.stream().anyMatch(target::contains))
          .toList();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
