package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The assembled distribution as a process, on free ports and with a data directory of its own.
 *
 * <p>{@link #start} may be called again after the process has ended: ports and data stay.
 */
final class BreakwaterProcess implements AutoCloseable {
  /** Long enough to prepare the start-up cache on a busy machine. */
  private static final Duration START = Duration.ofSeconds(90);

  private static final AtomicInteger STARTS = new AtomicInteger();

  private final Path directory;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final int port = FreePort.find();
  private final int managementPort = FreePort.find();
  private String host = "127.0.0.1";
  private String scheme = "http";
  private @Nullable ServerProcess process;

  private BreakwaterProcess(Path directory) {
    this.directory = directory;
    with("data.dir", directory.resolve("data"));
    with("http.port", port);
    with("management.port", managementPort);
  }

  /** One whose data and logs lie in a directory; not yet started. */
  static BreakwaterProcess in(Path directory) {
    return new BreakwaterProcess(directory);
  }

  /** The folder with {@code bin}, {@code lib} and {@code conf}. */
  static Path distribution() {
    return Path.of(System.getProperty("breakwater.distribution"));
  }

  static Path program() {
    return distribution().resolve("bin/breakwater");
  }

  /** Sets a key of the configuration, by the environment. */
  BreakwaterProcess with(String key, Object value) {
    settings.put(
        "BREAKWATER_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT),
        value.toString());
    return this;
  }

  /**
   * Gives its virtual machine further options; the last of two that contradict each other counts.
   */
  BreakwaterProcess withJavaOptions(String options) {
    settings.put("JAVA_OPTS", options);
    return this;
  }

  /** Serves TLS under a host name other than the loopback address. */
  BreakwaterProcess withTls(String host, String address, Path certificate, Path key) {
    this.scheme = "https";
    this.host = host;
    return with("http.address", address).with("tls.certificate", certificate).with("tls.key", key);
  }

  /** Starts it without waiting. */
  BreakwaterProcess launch() {
    Path log = directory.resolve("breakwater-" + STARTS.incrementAndGet() + ".log");
    UnpackedPostgres.lend(dataDirectory());
    process = ServerProcess.start(List.of(program().toString(), "serve"), settings, directory, log);
    return this;
  }

  BreakwaterProcess awaitReady() {
    process()
        .awaitLog(START, log -> log.lines().anyMatch(line -> line.startsWith("Breakwater ready")));
    UnpackedPostgres.keep(dataDirectory());
    return this;
  }

  BreakwaterProcess start() {
    return launch().awaitReady();
  }

  /** Another subcommand with the same settings, while this one runs or not. */
  Command subcommand(Object... words) {
    Command command = Command.of(program()).append(words).in(directory);
    settings.forEach(command::with);
    return command;
  }

  /** The same without waiting for its end. */
  ServerProcess begin(String... words) {
    Path log = directory.resolve("command-" + STARTS.incrementAndGet() + ".log");
    return ServerProcess.start(
        Stream.concat(Stream.of(program().toString()), Stream.of(words)).toList(),
        settings,
        directory,
        log);
  }

  /** A line for the shell with the same settings; the program is {@code $PROGRAM}. */
  Command shell(String line) {
    Command command = Command.of("sh", "-c", line).in(directory).with("PROGRAM", program());
    settings.forEach(command::with);
    return command;
  }

  ServerProcess process() {
    return Objects.requireNonNull(process, "not started");
  }

  Path dataDirectory() {
    return directory.resolve("data");
  }

  int port() {
    return port;
  }

  /** Host and port, as an image's name begins. */
  String registry() {
    return host + ":" + port;
  }

  URI url(String path) {
    return URI.create(scheme + "://" + registry() + path);
  }

  URI managementUrl(String path) {
    return URI.create("http://127.0.0.1:" + managementPort + path);
  }

  String adminPassword() {
    try {
      return Files.readString(dataDirectory().resolve("admin-password")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RegistryClient admin() {
    return new RegistryClient(url("/"), "admin", adminPassword());
  }

  /** The sum of a metric over its labels, as the management port tells it; 0 when it is unknown. */
  double metric(String name) {
    String metrics = new String(admin().get(managementUrl("/metrics")).body(), UTF_8);
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** The most memory that the server itself has had at a time, PostgreSQL apart; in bytes. */
  long peakMemory() {
    Path status = Path.of("/proc", Long.toString(process().pid()), "status");
    try (Stream<String> lines = Files.lines(status)) {
      String peak = lines.filter(line -> line.startsWith("VmHWM:")).findFirst().orElseThrow();
      return Long.parseLong(peak.replaceAll("[^0-9]", "")) * 1024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The exit status of a server that was asked to end. */
  int terminate() {
    process().terminate();
    return process().awaitExit();
  }

  void kill() {
    process().kill();
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      assertThat(terminate()).as("exit status; log:%n%s", process.lastLines()).isZero();
    }
  }
}
