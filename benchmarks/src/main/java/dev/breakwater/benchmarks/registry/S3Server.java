package dev.breakwater.benchmarks.registry;

import dev.breakwater.benchmarks.plain.S3ProxyProgram;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server that speaks S3, with one bucket, on a folder. */
public final class S3Server implements AutoCloseable {
  public static final String BUCKET = "blobs";
  public static final String ACCESS_KEY = "benchmarks";
  public static final String SECRET_KEY = "only-for-benchmarks";

  private static final Path VERSITY = Path.of("deploy/test/s3-server").toAbsolutePath();
  private static final long PATIENCE_SECONDS = 20;

  private final Path folder;
  private final int port;
  private final Process process;

  private S3Server(Path folder, int port, Process process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /** Versity Gateway, which {@code deploy/test/install-clients} builds. */
  public static S3Server startVersity(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int port = Breakwater.freePort();
    return start(
        folder, port, List.of(VERSITY.toString(), Integer.toString(port), folder.toString()));
  }

  /** S3Proxy, in a virtual machine of its own. */
  public static S3Server startS3Proxy(Path folder) throws IOException, InterruptedException {
    Path data = Files.createDirectories(folder.resolve("data"));
    int port = Breakwater.freePort();
    return start(
        folder,
        port,
        JavaProgram.server(
            S3ProxyProgram.class,
            data.toString(),
            Integer.toString(port),
            BUCKET,
            ACCESS_KEY,
            SECRET_KEY));
  }

  private static S3Server start(Path folder, int port, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().put("ROOT_ACCESS_KEY", ACCESS_KEY);
    builder.environment().put("ROOT_SECRET_KEY", SECRET_KEY);
    S3Server server = new S3Server(folder, port, builder.start());
    server.awaitListening();
    return server;
  }

  private void awaitListening() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!listens()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        close();
        throw new IOException("the S3 server did not start; see " + folder.resolve("log"));
      }
      Thread.sleep(20);
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  /** Where the objects of the bucket are. */
  public Path bucket() {
    return folder.resolve("data").resolve(BUCKET);
  }

  /** By which Breakwater keeps its blobs here. */
  public Map<String, String> settings() {
    return Map.of(
        "BREAKWATER_STORAGE_DRIVER", "s3",
        "BREAKWATER_STORAGE_S3_BUCKET", BUCKET,
        "BREAKWATER_STORAGE_S3_ENDPOINT", endpoint(),
        "BREAKWATER_STORAGE_S3_ACCESS_KEY", ACCESS_KEY,
        "BREAKWATER_STORAGE_S3_SECRET_KEY", SECRET_KEY);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
