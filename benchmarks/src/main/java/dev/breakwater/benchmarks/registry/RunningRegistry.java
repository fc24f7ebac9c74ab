package dev.breakwater.benchmarks.registry;

import dev.breakwater.benchmarks.client.Connection;
import dev.breakwater.benchmarks.client.Endpoint;
import dev.breakwater.benchmarks.client.RegistryClient;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A registry that was started here, and ends with {@link #close}. */
public final class RunningRegistry implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String LOG = "log";

  private final Product product;
  private final Path folder;
  private final Process process;
  private final boolean wrapped;
  private final Endpoint endpoint;
  private final Optional<String> password;
  private final Duration timeToReady;

  private RunningRegistry(
      Product product,
      Path folder,
      Process process,
      boolean wrapped,
      Endpoint endpoint,
      Optional<String> password,
      Duration timeToReady) {
    this.product = product;
    this.folder = folder;
    this.process = process;
    this.wrapped = wrapped;
    this.endpoint = endpoint;
    this.password = password;
    this.timeToReady = timeToReady;
  }

  /** Starts on plain HTTP and waits until it is ready. */
  public static RunningRegistry start(Product product, Path folder)
      throws IOException, InterruptedException {
    return start(product, folder, Optional.empty(), List.of());
  }

  /**
   * Starts and waits until it is ready.
   *
   * @param folder where it keeps everything; made when it is not there
   * @param wrapper words before the command, such as those of a tracer
   */
  public static RunningRegistry start(
      Product product, Path folder, Optional<TlsFiles> tls, List<String> wrapper)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int port = Breakwater.freePort();
    Product.Command command = product.command(folder, port, tls);
    List<String> words = new ArrayList<>(wrapper);
    words.addAll(command.words());
    Path log = folder.resolve(LOG);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(command.environment());
    Endpoint endpoint = new Endpoint(port, tls.isPresent());
    long begin = System.nanoTime();
    Process process = builder.start();
    try {
      while (!isReady(command, log, endpoint)) {
        if (!process.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
          throw new IOException(
              product.name() + " did not become ready; its log ends: " + tail(log));
        }
        Thread.sleep(2);
      }
    } catch (IOException | InterruptedException e) {
      end(process, !wrapper.isEmpty());
      throw e;
    }
    Duration timeToReady = Duration.ofNanos(System.nanoTime() - begin);
    return new RunningRegistry(
        product, folder, process, !wrapper.isEmpty(), endpoint, command.password(), timeToReady);
  }

  public String name() {
    return product.name();
  }

  public Product product() {
    return product;
  }

  /** What it has written to its standard output and error. */
  public Path log() {
    return folder.resolve(LOG);
  }

  /** Where it keeps everything. */
  public Path folder() {
    return folder;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public ProcessTree tree() {
    return new ProcessTree(process.pid());
  }

  /** From the command to being ready. */
  public Duration timeToReady() {
    return timeToReady;
  }

  /** A client with a connection of its own, logged in as admin where a log-in is needed. */
  public RegistryClient client() throws IOException {
    return client(new Connection(endpoint));
  }

  /** The same for another user who has the password of admin. */
  public RegistryClient client(String user) throws IOException {
    return new RegistryClient(new Connection(endpoint), user, password);
  }

  /** A client that uses a connection of a certain kind. */
  public RegistryClient client(Connection connection) {
    return new RegistryClient(connection, password);
  }

  /** Stops it, politely at first. */
  @Override
  public void close() throws IOException, InterruptedException {
    end(process, wrapped);
  }

  private static boolean isReady(Product.Command command, Path log, Endpoint endpoint)
      throws IOException {
    if (command.readyLine().isPresent()) {
      return Files.readString(log)
          .lines()
          .anyMatch(line -> line.startsWith(command.readyLine().get()));
    }
    try (Connection connection = new Connection(endpoint)) {
      return connection.send("GET", "/v2/").discard().status() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private static void end(Process process, boolean wrapped) throws InterruptedException {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    if (wrapped) {
      process.children().forEach(ProcessHandle::destroy);
    } else {
      process.destroy();
    }
    if (!process.waitFor(40, TimeUnit.SECONDS)) {
      all.forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
  }

  private static String tail(Path log) throws IOException {
    String text = Files.readString(log);
    return text.substring(Math.max(0, text.length() - 1000)).strip();
  }
}
