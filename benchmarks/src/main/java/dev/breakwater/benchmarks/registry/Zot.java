package dev.breakwater.benchmarks.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * zot with its defaults: nothing is flushed to disk before it is acknowledged.
 *
 * @param program the binary
 */
public record Zot(Path program) implements Product {
  @Override
  public String name() {
    return "zot";
  }

  @Override
  public Optional<String> missing() {
    return Files.isExecutable(program) ? Optional.empty() : Optional.of("there is no " + program);
  }

  @Override
  public Command command(Path folder, int port, Optional<TlsFiles> tls) throws IOException {
    Path settings = folder.resolve("config.json");
    Files.writeString(
        settings,
        """
        {"distSpecVersion": "1.1.1",
         "storage": {"rootDirectory": "%s"},
         "http": {"address": "127.0.0.1", "port": "%d"%s},
         "log": {"level": "info"}}
        """
            .formatted(folder.resolve("data"), port, tls.map(Zot::member).orElse("")));
    return new Command(
        List.of(program.toString(), "serve", settings.toString()),
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public Path blob(Path folder, String repository, String digest) {
    return folder
        .resolve("data")
        .resolve(repository)
        .resolve("blobs")
        .resolve(digest.replace(':', '/'));
  }

  private static String member(TlsFiles files) {
    return ", \"tls\": {\"cert\": \""
        + files.certificate()
        + "\", \"key\": \""
        + files.key()
        + "\"}";
  }
}
