package dev.breakwater.benchmarks.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An image that no registry has seen yet.
 *
 * @param layers random bytes
 */
public record Image(byte[] config, List<byte[]> layers) {
  public static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

  public static Image random(RandomGenerator random, int layers, int layerBytes) {
    String config =
        """
        {"architecture":"amd64","os":"linux","created":"2026-01-01T00:00:00Z","author":"%s",\
        "config":{"Env":["PATH=/usr/bin:/bin"],"Cmd":["/bin/sh"]},"rootfs":{"type":"layers","diff_ids":[]}}\
        """
            .formatted(new UUID(random.nextLong(), random.nextLong()));
    return new Image(
        config.getBytes(StandardCharsets.UTF_8),
        IntStream.range(0, layers)
            .mapToObj(_ -> {
              byte[] layer = new byte[layerBytes];
              random.nextBytes(layer);
              return layer;
            })
            .toList());
  }

  /** Pushes it as docker does: layer by layer, the config, the manifest. */
  public void push(RegistryClient client, String repository, String tag) throws IOException {
    pushBlobs(client, repository);
    putManifest(client, repository, tag);
  }

  /** The first part of a push: layer by layer, the config. */
  public void pushBlobs(RegistryClient client, String repository) throws IOException {
    for (byte[] layer : layers) {
      pushBlob(client, repository, layer);
    }
    pushBlob(client, repository, config);
  }

  /** The last part of a push. */
  public void putManifest(RegistryClient client, String repository, String tag) throws IOException {
    client.putManifest(repository, tag, manifest());
  }

  /** What is left to know of it when it has been pushed. */
  public PushedImage pushed() {
    byte[] manifest = manifest();
    List<PushedImage.Blob> blobs =
        Stream.concat(Stream.of(config), layers.stream())
            .map(blob -> new PushedImage.Blob(digest(blob), blob.length))
            .toList();
    return new PushedImage(manifest, digest(manifest), blobs);
  }

  private static void pushBlob(RegistryClient client, String repository, byte[] blob)
      throws IOException {
    String digest = digest(blob);
    if (!client.hasBlob(repository, digest)) {
      client.pushByPatch(repository, digest, new Body.FromBytes(blob));
    }
  }

  private byte[] manifest() {
    String descriptors =
        layers.stream()
            .map(layer -> descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer))
            .collect(Collectors.joining(","));
    String json =
        "{\"schemaVersion\":2,\"mediaType\":\""
            + MANIFEST_TYPE
            + "\",\"config\":"
            + descriptor("application/vnd.oci.image.config.v1+json", config)
            + ",\"layers\":["
            + descriptors
            + "]}";
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static String descriptor(String mediaType, byte[] blob) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, digest(blob), blob.length);
  }

  public static String digest(byte[] bytes) {
    MessageDigest sha256 = sha256();
    sha256.update(bytes);
    return digest(sha256);
  }

  /** Hexadecimal, with the algorithm before it. */
  public static String digest(MessageDigest complete) {
    return "sha256:" + HexFormat.of().formatHex(complete.digest());
  }

  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
