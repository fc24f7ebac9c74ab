package dev.breakwater.benchmarks.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The assembled distribution: embedded PostgreSQL, files, nothing switched off.
 *
 * @param home the folder with {@code bin}, {@code lib} and {@code conf}
 * @param settings further ones, as environment variables
 */
public record Breakwater(Path home, Map<String, String> settings) implements Product {
  /** As it is shipped. */
  public Breakwater(Path home) {
    this(home, Map.of());
  }

  /** The same with other settings. */
  public Breakwater with(Map<String, String> more) {
    return new Breakwater(home, more);
  }

  Path program() {
    return home.resolve("bin/breakwater");
  }

  @Override
  public String name() {
    return "breakwater";
  }

  @Override
  public Optional<String> missing() {
    return Files.isExecutable(program())
        ? Optional.empty()
        : Optional.of("there is no " + program() + "; build the distribution first");
  }

  @Override
  public Command command(Path folder, int port, Optional<TlsFiles> tls) throws IOException {
    // Until it is stored by the first start, any password does.
    Path passwordFile = folder.resolve("password");
    if (!Files.exists(passwordFile)) {
      Files.writeString(passwordFile, UUID.randomUUID().toString());
    }
    String password = Files.readString(passwordFile);
    Map<String, String> environment = new HashMap<>();
    environment.put("BREAKWATER_DATA_DIR", folder.resolve("data").toString());
    environment.put("BREAKWATER_HTTP_PORT", Integer.toString(port));
    environment.put("BREAKWATER_MANAGEMENT_PORT", Integer.toString(freePort()));
    environment.put("BREAKWATER_ADMIN_PASSWORD", password);
    tls.ifPresent(files -> {
      environment.put("BREAKWATER_TLS_CERTIFICATE", files.certificate().toString());
      environment.put("BREAKWATER_TLS_KEY", files.key().toString());
    });
    environment.putAll(settings);
    return new Command(
        List.of(program().toString(), "serve"),
        environment,
        Optional.of("Breakwater ready"),
        Optional.of(password));
  }

  @Override
  public Path blob(Path folder, String repository, String digest) {
    return Distribution.blob(folder.resolve("data/storage"), digest);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
