package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import java.io.IOException;
import java.util.Map;

/** What the rows have in common. */
final class Names {
  static final String OLD = "docker-registry";

  /** A project that Breakwater makes at its first start. */
  static final String REPOSITORY = "library/side-by-side";

  private Names() {}

  /** What has to go with every request, where somebody has to log in. */
  static Map<String, String> authorization(RunningRegistry registry, String repository)
      throws IOException {
    try (RegistryClient client = registry.client().authorize(repository)) {
      return client.authorization().map(bearer -> Map.of("Authorization", bearer)).orElse(Map.of());
    }
  }
}
