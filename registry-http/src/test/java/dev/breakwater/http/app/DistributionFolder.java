package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lays images as distribution does, so that tests can leave parts of them out. */
final class DistributionFolder {
  private final Path registry;

  /**
   * @param root of the storage
   */
  DistributionFolder(Path root) {
    this.registry = root.resolve("docker/registry/v2");
  }

  /** Its blobs stay. */
  void forgetRepositories() throws IOException {
    Path repositories = Files.createDirectories(registry.resolve("repositories"));
    try (Stream<Path> files = Files.walk(repositories)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** An image with a config and one layer of this text, and its tags. */
  Digest image(String repository, String layer, String... tags) throws IOException {
    String config =
        "{\"architecture\": \"arm64\", \"os\": \"linux\", \"author\": \"" + layer + "\"}";
    String json =
        """
        {"schemaVersion": 2, "mediaType": "%s",
         "config": {"mediaType": "%s", "digest": "%s", "size": %d},
         "layers": [{"mediaType": "%s", "digest": "%s", "size": %d}]}
        """
            .formatted(
                TestImages.MANIFEST,
                TestImages.CONFIG,
                blob(config),
                config.length(),
                TestImages.LAYER,
                blob(layer),
                layer.length());
    return manifest(repository, json, tags);
  }

  Digest index(String repository, String tag, Digest... children) throws IOException {
    String manifests =
        Arrays.stream(children)
            .map(child ->
                "{\"mediaType\": \"%s\", \"digest\": \"%s\", \"size\": 2}"
                    .formatted(TestImages.MANIFEST, child))
            .collect(Collectors.joining(","));
    return manifest(
        repository,
        "{\"schemaVersion\": 2, \"mediaType\": \"%s\", \"manifests\": [%s]}"
            .formatted(TestImages.INDEX, manifests),
        tag);
  }

  Digest manifest(String repository, String json, String... tags) throws IOException {
    Digest digest = blob(json);
    write(revision(repository, digest), digest.toString());
    for (String tag : tags) {
      write(tag(repository, tag), digest.toString());
    }
    return digest;
  }

  private Digest blob(String content) throws IOException {
    Digest digest = digest(content);
    write(data(digest), content);
    return digest;
  }

  static Digest digest(String content) {
    return Digest.compute(DigestAlgorithm.SHA256, content.getBytes(UTF_8));
  }

  Path data(Digest digest) {
    return registry
        .resolve("blobs/sha256")
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex())
        .resolve("data");
  }

  Path revision(String repository, Digest digest) {
    return repository(repository)
        .resolve("_manifests/revisions/sha256")
        .resolve(digest.hex())
        .resolve("link");
  }

  Path tag(String repository, String tag) {
    return repository(repository).resolve("_manifests/tags").resolve(tag).resolve("current/link");
  }

  Path repository(String name) {
    return registry.resolve("repositories").resolve(name);
  }

  static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.resolve("..").normalize());
    Files.writeString(file, text);
  }
}
