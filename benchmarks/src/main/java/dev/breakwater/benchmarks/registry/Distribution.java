package dev.breakwater.benchmarks.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The reference implementation, with the settings of Debian's package but for the log-in, which
 * would only slow it down.
 *
 * @param name which of its versions
 * @param program the binary
 */
public record Distribution(String name, Path program) implements Product {
  @Override
  public Optional<String> missing() {
    return Files.isExecutable(program)
        ? Optional.empty()
        : Optional.of("there is no " + program + "; deploy/test/install-clients installs it");
  }

  @Override
  public Command command(Path folder, int port, Optional<TlsFiles> tls) throws IOException {
    Path settings = folder.resolve("config.yml");
    Files.writeString(
        settings,
        """
        version: 0.1
        log:
          fields:
            service: registry
        storage:
          cache:
            blobdescriptor: inmemory
          filesystem:
            rootdirectory: %s
          delete:
            enabled: true
        http:
          addr: 127.0.0.1:%d
          secret: side-by-side
        %s\
        health:
          storagedriver:
            enabled: true
            interval: 10s
            threshold: 3
        """
            .formatted(folder.resolve("data"), port, tls.map(Distribution::section).orElse("")));
    return new Command(
        List.of(program.toString(), "serve", settings.toString()),
        Map.of("OTEL_TRACES_EXPORTER", "none"),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public Path blob(Path folder, String repository, String digest) {
    return blob(folder.resolve("data"), digest);
  }

  /** In the layout that Breakwater has as well. */
  static Path blob(Path root, String digest) {
    String[] parts = digest.split(":", 2);
    return root.resolve("docker/registry/v2/blobs")
        .resolve(parts[0])
        .resolve(parts[1].substring(0, 2))
        .resolve(parts[1])
        .resolve("data");
  }

  private static String section(TlsFiles files) {
    return "  tls:\n    certificate: " + files.certificate() + "\n    key: " + files.key() + "\n";
  }
}
