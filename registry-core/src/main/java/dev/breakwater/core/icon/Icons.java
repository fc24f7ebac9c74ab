package dev.breakwater.core.icon;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Pictures that come with the program, one for each type of artifact. Everybody may see them. */
public final class Icons {
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

  /**
   * The picture with this digest.
   *
   * @throws RegistryException NOT_FOUND if there is none
   */
  public static Icon get(Digest digest) {
    Icon icon = BY_DIGEST.get(digest);
    if (icon == null) {
      throw new RegistryException(ErrorCode.NOT_FOUND, "the icon " + digest + " not found");
    }
    return icon;
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
