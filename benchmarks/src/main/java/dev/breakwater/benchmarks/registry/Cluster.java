package dev.breakwater.benchmarks.registry;

import dev.breakwater.benchmarks.client.Connection;
import dev.breakwater.benchmarks.client.Endpoint;
import dev.breakwater.benchmarks.client.RegistryClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code deploy/cluster/up} starts: three replicas behind haproxy and what they need. */
public final class Cluster implements AutoCloseable {
  public static final List<Integer> REPLICAS = List.of(1, 2, 3);

  private static final Path SCRIPTS = Path.of("deploy/cluster").toAbsolutePath();
  private static final Pattern READY = Pattern.compile("Cluster ready http://127.0.0.1:(\\d+)");
  private static final Pattern REPLICA =
      Pattern.compile("replica (\\d): http://\\S+:(\\d+), management http://\\S+:(\\d+)");
  private static final long READY_SECONDS = 90;

  private final Path folder;
  private final String password;
  private final Endpoint balancer;
  private final Map<Integer, Endpoint> replicas = new TreeMap<>();
  private final Map<Integer, Endpoint> management = new TreeMap<>();

  private Cluster(Path folder, String password, String output) throws IOException {
    this.folder = folder;
    this.password = password;
    Matcher ready = READY.matcher(output);
    if (!ready.find()) {
      throw new IOException("the cluster did not become ready: " + output.strip());
    }
    this.balancer = new Endpoint(Integer.parseInt(ready.group(1)), false);
    Matcher found = REPLICA.matcher(output);
    while (found.find()) {
      int number = Integer.parseInt(found.group(1));
      replicas.put(number, new Endpoint(Integer.parseInt(found.group(2)), false));
      management.put(number, new Endpoint(Integer.parseInt(found.group(3)), false));
    }
  }

  /** Starts it in a temporary folder that PostgreSQL's own user can reach. */
  public static Cluster start(Breakwater product) throws IOException, InterruptedException {
    Path parent = Files.createTempDirectory("cluster-");
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path folder = parent.resolve("cluster");
    String password = "Aa1-" + UUID.randomUUID();
    ProcessBuilder up = script("up", folder);
    up.environment().put("BREAKWATER_ADMIN_PASSWORD", password);
    up.environment().put("BREAKWATER_PROGRAM", product.program().toString());
    return new Cluster(folder, password, run(up));
  }

  private static ProcessBuilder script(String name, Path folder) {
    ProcessBuilder builder = new ProcessBuilder(SCRIPTS.resolve(name).toString());
    builder.environment().put("CLUSTER_DIR", folder.toString());
    return builder.redirectErrorStream(true);
  }

  private static String run(ProcessBuilder script) throws IOException, InterruptedException {
    Process process = script.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(script.command() + " failed: " + output.strip());
    }
    return output;
  }

  /** Where haproxy listens. */
  public Endpoint balancer() {
    return balancer;
  }

  public Endpoint replica(int number) {
    return Optional.ofNullable(replicas.get(number)).orElseThrow();
  }

  /** A client of an own connection; not yet authorized. */
  public RegistryClient client(Endpoint endpoint) throws IOException {
    return new RegistryClient(new Connection(endpoint), Optional.of(password));
  }

  /** User and system time of some of its programs so far, such as {@code replica-1}. */
  public double cpuSeconds(List<String> names) throws IOException {
    double seconds = 0;
    for (String name : names) {
      seconds += new ProcessTree(pid(name)).cpuSeconds();
    }
    return seconds;
  }

  /** Ends a program as {@code kill -9} does. */
  public void kill(String name) throws IOException {
    ProcessHandle.of(pid(name)).ifPresent(ProcessHandle::destroyForcibly);
  }

  /** Sets one more variable for a replica, which counts once it is started again. */
  public void set(int replica, String variable, String value) throws IOException {
    Path script = folder.resolve("replica-" + replica + ".sh");
    Files.writeString(
        script,
        Files.readString(script)
            .replace("\nexec ", "\nexport " + variable + "=" + value + "\nexec "));
  }

  /** Starts a replica that was killed, and waits until it is ready. */
  public void restart(int replica) throws IOException, InterruptedException {
    String name = "replica-" + replica;
    Process process =
        new ProcessBuilder("setsid", "bash", folder.resolve(name + ".sh").toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".log").toFile()))
            .start();
    Files.writeString(folder.resolve(name + ".pid"), process.pid() + "\n");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (!isReady(replica)) {
      if (System.nanoTime() > end) {
        throw new IOException(name + " does not become ready again");
      }
      Thread.sleep(50);
    }
  }

  private boolean isReady(int replica) {
    Endpoint endpoint = Optional.ofNullable(management.get(replica)).orElseThrow();
    try (Connection connection = new Connection(endpoint)) {
      return connection.send("GET", "/health/ready").discard().status() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private long pid(String name) throws IOException {
    return Long.parseLong(Files.readString(folder.resolve(name + ".pid")).strip());
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run(script("down", folder));
    Files.deleteIfExists(folder.getParent());
  }
}
