package dev.breakwater.benchmarks.registry;

import dev.breakwater.benchmarks.reference.ReferenceServer;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The least that a registry does, in a process of its own: what others cost is told as a multiple
 * of what it costs in the same run, which a slow or noisy machine changes little.
 *
 * @param javaOptions further ones
 */
public record Reference(List<String> javaOptions) implements Product {
  /** With Java's own choice. */
  public Reference() {
    this(List.of());
  }

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  public Command command(Path folder, int port, Optional<TlsFiles> tls) {
    if (tls.isPresent()) {
      throw new IllegalArgumentException("the reference speaks no TLS");
    }
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    words.add("-Xmx256m");
    words.addAll(javaOptions);
    words.addAll(
        List.of(
            "-classpath",
            classes().toString(),
            ReferenceServer.class.getName(),
            folder.resolve("data").toString(),
            Integer.toString(port)));
    return new Command(words, Map.of(), Optional.of(ReferenceServer.READY), Optional.empty());
  }

  /** Where its classes are; it needs no others. */
  private static Path classes() {
    URL location = ReferenceServer.class.getProtectionDomain().getCodeSource().getLocation();
    return Path.of(URI.create(location.toString()));
  }

  @Override
  public Path blob(Path folder, String repository, String digest) {
    return folder.resolve("data/blobs").resolve(digest.substring(digest.indexOf(':') + 1));
  }
}
