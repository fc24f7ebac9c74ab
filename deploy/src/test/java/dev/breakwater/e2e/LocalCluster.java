package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** What {@code deploy/cluster/up} starts: three replicas behind haproxy and what they need. */
final class LocalCluster implements AutoCloseable {
  static final String PASSWORD = "Correct-Horse-Cluster-9";
  static final List<Integer> REPLICAS = List.of(1, 2, 3);
  static final Path SCRIPTS = Path.of("cluster").toAbsolutePath();

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Pattern REPLICA =
      Pattern.compile("replica (\\d): (http://\\S+), management (http://\\S+)");

  private final Path directory;
  private final URI url;
  private final Map<Integer, URI> replicas = new TreeMap<>();
  private final Map<Integer, URI> management = new TreeMap<>();
  private final RegistryClient anybody;

  private LocalCluster(Path directory, String output) {
    this.directory = directory;
    String last = output.strip().substring(output.strip().lastIndexOf('\n') + 1);
    this.url = URI.create(last.replaceFirst("Cluster ready ", "") + "/");
    Matcher found = REPLICA.matcher(output);
    while (found.find()) {
      replicas.put(Integer.valueOf(found.group(1)), URI.create(found.group(2) + "/"));
      management.put(Integer.valueOf(found.group(1)), URI.create(found.group(3) + "/"));
    }
    this.anybody = new RegistryClient(url, "admin", PASSWORD);
  }

  /**
   * @param storage as {@code CLUSTER_STORAGE} names it
   */
  static LocalCluster start(Path parent, String storage) {
    ClientProgram.requireRoot();
    ClientProgram.requirePostgres();
    ClientProgram.require("redis-server");
    ClientProgram.require("haproxy");
    ClientProgram.require("versitygw");
    try {
      Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path directory = parent.resolve("cluster");
    String output =
        Command.of(SCRIPTS.resolve("up"))
            .with("CLUSTER_DIR", directory)
            .with("CLUSTER_STORAGE", storage)
            .with("BREAKWATER_ADMIN_PASSWORD", PASSWORD)
            .with("BREAKWATER_PROGRAM", BreakwaterProcess.program())
            .within(Duration.ofMinutes(4))
            .succeed();
    return new LocalCluster(directory, output);
  }

  /** Through haproxy. */
  RegistryClient admin() {
    return new RegistryClient(url, "admin", PASSWORD);
  }

  /** Straight to one replica. */
  RegistryClient admin(int replica) {
    return new RegistryClient(at(replicas, replica), "admin", PASSWORD);
  }

  /** Of one replica. */
  URI url(int replica) {
    return at(replicas, replica);
  }

  /** Host and port of haproxy, as an image's name begins. */
  String registry() {
    return url.getRawAuthority();
  }

  Path directory() {
    return directory;
  }

  /** What a part of the cluster has printed. */
  String log(String name) {
    return read(name + ".log");
  }

  int redisPort(String name) {
    return read(name + "/redis.conf")
        .lines()
        .filter(line -> line.startsWith("port "))
        .mapToInt(line -> Integer.parseInt(line.substring("port ".length())))
        .findFirst()
        .orElseThrow();
  }

  /** From its next start on, a replica runs another build. */
  void use(Path program, int replica) {
    String name = "replica-" + replica + ".sh";
    String script = read(name).replaceFirst("exec \".*\" serve", "exec \"" + program + "\" serve");
    try {
      Files.writeString(directory.resolve(name), script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String read(String file) {
    try {
      return Files.readString(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid(String name) {
    return Long.parseLong(read(name + ".pid").strip());
  }

  void kill(String name) {
    signal(name, "-KILL");
    awaitEnd(name);
  }

  void signal(String name, String signal) {
    Command.of("kill", signal, pid(name)).succeed();
  }

  void awaitEnd(String name) {
    long pid = pid(name);
    Awaitility.await(name + " ends")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !isRunning(pid));
  }

  /** What has ended may stay in the list of processes until somebody asks for its status. */
  private static boolean isRunning(long pid) {
    try {
      Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe"));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Starts a replica that has ended; it is not ready yet. */
  void launch(int replica) {
    String name = "replica-" + replica;
    ProcessBuilder builder =
        new ProcessBuilder("setsid", "bash", directory.resolve(name + ".sh").toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()));
    try {
      Files.writeString(directory.resolve(name + ".pid"), builder.start().pid() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isReady(int replica) {
    try {
      return anybody.get(at(management, replica).resolve("/health/ready")).statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  String health(int replica) {
    return new String(anybody.get(at(management, replica).resolve("/health/ready")).body(), UTF_8);
  }

  void awaitReady(int replica) {
    Awaitility.await("replica " + replica + " is ready")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> isReady(replica));
  }

  private static URI at(Map<Integer, URI> addresses, int replica) {
    URI address = addresses.get(replica);
    if (address == null) {
      throw new AssertionError("there is no replica " + replica + " among " + addresses);
    }
    return address;
  }

  @Override
  public void close() {
    Command.of(SCRIPTS.resolve("down")).with("CLUSTER_DIR", directory).succeed();
  }
}
