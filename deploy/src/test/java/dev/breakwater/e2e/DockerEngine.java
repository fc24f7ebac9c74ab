package dev.breakwater.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A real Docker engine of the test's own, and the command line in front of it.
 *
 * <p>It sees its own {@code /etc/hosts} and {@code /etc/docker/certs.d} through a private mount
 * namespace, so that nothing of the machine is touched. {@link #TLS_HOST} is the IPv6 loopback
 * address there: docker trusts every registry on 127.0.0.0/8 blindly, so only another address
 * proves that it checks a certificate.
 */
final class DockerEngine implements AutoCloseable {
  static final String TLS_HOST = "breakwater.test";
  static final String TLS_ADDRESS = "::1";

  /** The small image of the first registry this project was tried with. */
  static final String BUSYBOX = "busybox:1.28.4";

  private static final String START =
      """
      mount --bind %1$s/hosts /etc/hosts &&
      mount -t tmpfs none /etc/docker &&
      mkdir /etc/docker/certs.d &&
      mount --bind %1$s/certs.d /etc/docker/certs.d &&
      exec %2$s --data-root %1$s/data --exec-root %1$s/exec --pidfile %1$s/pid \
        --host unix://%1$s/socket --iptables=false --ip6tables=false --bridge=none \
        --storage-driver=vfs
      """;

  private final Path directory;
  private final ServerProcess process;

  private DockerEngine(Path directory, ServerProcess process) {
    this.directory = directory;
    this.process = process;
  }

  static DockerEngine start(Path directory) {
    ClientProgram.requireRoot();
    Path daemon = ClientProgram.require("dockerd");
    ClientProgram.require("docker");
    try {
      Files.createDirectories(Path.of("/etc/docker"));
      Files.createDirectories(directory.resolve("certs.d"));
      Files.writeString(
          directory.resolve("hosts"),
          "127.0.0.1 localhost\n%s %s\n".formatted(TLS_ADDRESS, TLS_HOST));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ServerProcess process =
        ServerProcess.start(
            List.of("unshare", "--mount", "bash", "-c", START.formatted(directory, daemon)),
            Map.of(),
            directory,
            directory.resolve("dockerd.log"));
    DockerEngine engine = new DockerEngine(directory, process);
    process.awaitLog(Duration.ofSeconds(60), log -> log.contains("API listen on"));
    return engine;
  }

  /** A docker command; logins are kept in this engine's directory. */
  Command docker(Object... words) {
    return Command.client("docker", "--config", directory.resolve("config"))
        .append(words)
        .with("DOCKER_HOST", "unix://" + directory.resolve("socket"));
  }

  void login(String registry, String user, String password) throws IOException {
    docker("login", "--username", user, "--password-stdin", registry)
        .input(Files.writeString(directory.resolve("password"), password))
        .succeed();
  }

  /** Trusts a registry as its users do: by a file. */
  void trust(String registry, Path authority) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("certs.d").resolve(registry));
    Files.copy(authority, folder.resolve("ca.crt"));
  }

  /** Makes {@link #BUSYBOX} from Debian's static busybox. */
  void importBusybox() throws IOException {
    Path root = Files.createDirectories(directory.resolve("busybox"));
    Path binaries = Files.createDirectories(root.resolve("bin"));
    Files.copy(ClientProgram.require("busybox"), binaries.resolve("busybox"));
    for (String name : List.of("sh", "echo", "cat")) {
      Files.createSymbolicLink(binaries.resolve(name), Path.of("busybox"));
    }
    Files.setPosixFilePermissions(
        binaries.resolve("busybox"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Path archive = directory.resolve("busybox.tar");
    Command.of("tar", "-C", root, "-cf", archive, "bin").succeed();
    docker("import", archive, BUSYBOX).succeed();
  }

  /** Makes an image that differs from {@link #BUSYBOX} by a variable alone; its name. */
  String variant(String name) {
    String image = "busybox:" + name;
    docker("import", "--change", "ENV VARIANT=" + name, directory.resolve("busybox.tar"), image)
        .succeed();
    return image;
  }

  /** Runs an image without a network; what it printed. */
  String run(String image, Object... words) {
    return docker("run", "--rm", "--network", "none", image).append(words).succeed();
  }

  /** Forgets an image, so that the next use has to pull it. */
  void forget(String image) {
    docker("rmi", "--force", image).succeed();
  }

  @Override
  public void close() {
    process.close();
    await("the end of containerd")
        .atMost(Duration.ofSeconds(20))
        .until(() -> !Files.exists(directory.resolve("pid")));
  }
}
