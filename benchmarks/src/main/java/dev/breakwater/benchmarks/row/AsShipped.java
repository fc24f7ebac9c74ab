package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.ManagementClient;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Looks whether a Breakwater is measured as it is shipped: what is promised is not switched off,
 * and no setting is another one but where it listens and keeps its data.
 */
public final class AsShipped {
  private static final Set<String> OWN =
      Set.of(
          "data.dir",
          "http.port",
          "management.port",
          "admin.password",
          "tls.certificate",
          "tls.key");
  private static final String DURABLE =
      "SELECT name || ' = ' || setting FROM pg_settings WHERE name IN"
          + " ('fsync', 'full_page_writes', 'synchronous_commit') AND setting <> 'on';";
  private static final String PROJECT = "as-shipped";
  private static final int LIMIT = 1024;
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private final RunningRegistry registry;
  private final Breakwater product;
  private final List<String> wrong = new ArrayList<>();

  private AsShipped(RunningRegistry registry, Breakwater product) {
    this.registry = registry;
    this.product = product;
  }

  /**
   * Looks at one that has been started with an empty folder.
   *
   * @throws IOException with all that is not as it is shipped
   */
  public static void check(RunningRegistry registry, Breakwater product)
      throws IOException, InterruptedException {
    AsShipped check = new AsShipped(registry, product);
    check.settings();
    check.database();
    check.accessLog();
    check.quota();
    if (!check.wrong.isEmpty()) {
      throw new IOException("Breakwater is not as it is shipped: " + check.wrong);
    }
  }

  /** {@code breakwater config} tells behind a {@code #} where a value comes from. */
  private void settings() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(product.home().resolve("bin/breakwater").toString(), "config");
    builder
        .environment()
        .putAll(
            product
                .command(registry.folder(), registry.endpoint().port(), Optional.empty())
                .environment());
    Process config = builder.start();
    String output = new String(config.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (config.waitFor() != 0) {
      throw new IOException("breakwater config failed: " + output);
    }
    output
        .lines()
        .filter(line -> line.contains("  # "))
        .filter(line -> !OWN.contains(line.substring(0, line.indexOf(':'))))
        .forEach(wrong::add);
  }

  /** An acknowledged commit is on disk. */
  private void database() throws IOException, InterruptedException {
    Path data = registry.folder().resolve("data");
    Psql.run(data, DURABLE).lines().forEach(wrong::add);
    if (Files.exists(data.resolve("postgres/data/local.conf"))) {
      wrong.add("PostgreSQL has a local.conf");
    }
  }

  /** A request leaves its line; a push without a token is refused. */
  private void accessLog() throws IOException, InterruptedException {
    String path = "/v2/library/" + UUID.randomUUID() + "/blobs/uploads/";
    try (RegistryClient client = registry.client()) {
      if (client.connection().send("POST", path).discard().status() != 401) {
        wrong.add("a push without a token is not refused");
      }
    }
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!Files.readString(registry.log()).contains(path)) {
      if (System.nanoTime() > end) {
        wrong.add("the access log has no line of a request");
        return;
      }
      Thread.sleep(10);
    }
  }

  /** A project that is full takes nothing. */
  private void quota() throws IOException {
    String repository = PROJECT + "/app";
    byte[] blob = new byte[4 * LIMIT];
    try (RegistryClient client = registry.client()) {
      new ManagementClient(client)
          .create(
              "/projects",
              "{\"project_name\": \"%s\", \"storage_limit\": %d}".formatted(PROJECT, LIMIT));
      client.authorize(repository);
      try {
        client.pushByPut(repository, Image.digest(blob), new Body.FromBytes(blob));
        wrong.add("a quota is not kept");
      } catch (IOException e) {
        if (!String.valueOf(e.getMessage()).contains("403")) {
          throw e;
        }
      }
    }
  }
}
