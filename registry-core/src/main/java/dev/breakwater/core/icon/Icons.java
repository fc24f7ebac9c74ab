package dev.breakwater.core.icon;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Pictures that come with the program, one for each type of artifact. Everybody may see them. */
public final class Icons {
  /** The largest picture of an artifact's own, in bytes. */
  public static final int MAX_SIZE = 1024 * 1024;

  private static final String OTHER = "other";

  private static final Map<String, String> FILES =
      Map.of(
          "IMAGE", "image",
          "CHART", "chart",
          "CNAB", "cnab",
          "WASM", "wasm",
          "SBOM", "sbom",
          "CNAI", "model");

  private static final Map<String, Loaded> BY_FILE =
      Stream.concat(FILES.values().stream(), Stream.of(OTHER))
          .collect(Collectors.toUnmodifiableMap(file -> file, Icons::load));

  private static final Map<Digest, Icon> BY_DIGEST =
      BY_FILE.values().stream().collect(Collectors.toUnmodifiableMap(Loaded::digest, Loaded::icon));

  private static final Map<String, String> MAGIC =
      Map.of(
          "\u0089PNG\r\n\u001a\n", "image/png",
          "\u00ff\u00d8\u00ff", "image/jpeg",
          "GIF87a", "image/gif",
          "GIF89a", "image/gif");

  private Icons() {}

  /**
   * The picture's digest for a type of artifact.
   *
   * @param type such as {@code IMAGE}; one that is not known has the picture of all others
   */
  public static Digest of(String type) {
    return digest(FILES.getOrDefault(type, OTHER));
  }

  private static Digest digest(String file) {
    Loaded loaded = BY_FILE.get(file);
    if (loaded == null) {
      throw new IllegalStateException("there is no icon " + file);
    }
    return loaded.digest();
  }

  /** The picture with this digest; empty if none of ours has it. */
  static Optional<Icon> find(Digest digest) {
    return Optional.ofNullable(BY_DIGEST.get(digest));
  }

  /**
   * The media type of a picture that browsers show and that cannot do anything, told by its first
   * bytes; empty for everything else, SVG among it.
   */
  public static Optional<String> typeOf(byte[] bytes) {
    return MAGIC.entrySet().stream()
        .filter(entry -> begins(bytes, entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static boolean begins(byte[] bytes, String magic) {
    byte[] first = magic.getBytes(StandardCharsets.ISO_8859_1);
    return bytes.length > first.length
        && Arrays.equals(bytes, 0, first.length, first, 0, first.length);
  }

  private static Loaded load(String name) {
    try (InputStream in = Icons.class.getResourceAsStream("/icons/" + name + ".svg")) {
      if (in == null) {
        throw new IllegalStateException("the program lacks the icon " + name);
      }
      byte[] bytes = in.readAllBytes();
      return new Loaded(
          Digest.compute(DigestAlgorithm.SHA256, bytes), Icon.of("image/svg+xml", bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Loaded(Digest digest, Icon icon) {}
}
