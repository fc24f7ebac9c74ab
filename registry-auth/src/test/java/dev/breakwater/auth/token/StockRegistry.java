package dev.breakwater.auth.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A registry of another maker that trusts tokens by a root certificate, as a process. */
final class StockRegistry implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");

  private final Process process;
  private final int port;

  private StockRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it on a free port.
   *
   * @param program its name on PATH, or among the tools that the end-to-end tests install
   * @param folder for its settings and blobs
   */
  static StockRegistry start(String program, Path folder, String rootCertificate)
      throws IOException {
    Path binary = require(program);
    Path bundle = Files.writeString(folder.resolve("root.pem"), rootCertificate);
    Path settings =
        Files.writeString(
            folder.resolve("registry.yml"),
            """
            version: 0.1
            log: {level: info, formatter: text}
            storage: {filesystem: {rootdirectory: %s}}
            http: {addr: '127.0.0.1:0'}
            auth:
              token:
                realm: http://127.0.0.1/service/token
                service: registry.example
                issuer: breakwater
                rootcertbundle: %s
            """
                .formatted(folder.resolve("blobs"), bundle));
    ProcessBuilder builder =
        new ProcessBuilder(binary.toString(), "serve", settings.toString())
            .redirectErrorStream(true);
    builder.environment().put("OTEL_TRACES_EXPORTER", "none");
    Process process = builder.start();
    return new StockRegistry(process, port(process));
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  private static int port(Process process) throws IOException {
    StringBuilder log = new StringBuilder();
    BufferedReader reader = process.inputReader(UTF_8);
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      Matcher matcher = LISTENING.matcher(line);
      if (matcher.find()) {
        Thread.ofVirtual().start(() -> reader.lines().forEach(_ -> {}));
        return Integer.parseInt(matcher.group(1));
      }
      log.append(line).append('\n');
    }
    return fail("the registry ended before it listened:\n" + log);
  }

  private static Path require(String program) {
    Optional<Path> found =
        folders().map(folder -> folder.resolve(program)).filter(Files::isExecutable).findFirst();
    if (found.isEmpty() && "true".equals(System.getenv("CI"))) {
      fail(program + " is missing; deploy/test/install-clients installs it");
    }
    Assumptions.assumeTrue(
        found.isPresent(), () -> program + " is missing; deploy/test/install-clients installs it");
    return found.orElseThrow();
  }

  private static Stream<Path> folders() {
    String home = System.getenv().getOrDefault("HOME", "/");
    String tools =
        Optional.ofNullable(System.getenv("E2E_TOOLS")).orElse(home + "/.cache/breakwater-tools");
    List<String> path =
        Arrays.asList(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":", -1));
    return Stream.concat(Stream.of(Path.of(tools, "bin")), path.stream().map(Path::of));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
