package dev.breakwater.http.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A registry with the settings that it comes with, for all tests of a class. */
final class OneRegistry implements BeforeAllCallback, AfterAllCallback {
  private @Nullable RunningRegistry running;
  private @Nullable Path data;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    Path folder = Files.createTempDirectory("registry-");
    data = folder;
    running = RunningRegistry.start(folder, Map.of());
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (running != null) {
      running.close();
    }
    try (Stream<Path> files = Files.walk(Objects.requireNonNull(data))) {
      List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all) {
        Files.delete(file);
      }
    }
  }

  ApiClient admin() {
    return ApiClient.admin(running());
  }

  ApiClient anonymous() {
    return ApiClient.anonymous(running());
  }

  ApiClient as(String username, String password) {
    return ApiClient.as(running(), username, password);
  }

  ApiClient bearer(String token) {
    return ApiClient.bearer(running(), token);
  }

  RunningRegistry running() {
    return Objects.requireNonNull(running, "not started");
  }
}
