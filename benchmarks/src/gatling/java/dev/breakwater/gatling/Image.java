package dev.breakwater.gatling;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * An image that no registry has seen.
 *
 * @param blobs the config comes first
 */
record Image(List<Blob> blobs) {
  static final String TYPE = "application/vnd.oci.image.manifest.v1+json";

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());

  /** The config or a layer. */
  record Blob(byte[] bytes, String digest) {
    static Blob of(byte[] bytes) {
      return new Blob(bytes, digestOf(bytes));
    }
  }

  static Image random(int layers, int layerBytes) {
    SplittableRandom random = new SplittableRandom(SEEDS.incrementAndGet());
    List<Blob> blobs = new ArrayList<>();
    String config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"author\":\"%s\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"
            .formatted(UUID.randomUUID());
    blobs.add(Blob.of(config.getBytes(StandardCharsets.UTF_8)));
    for (int i = 0; i < layers; i++) {
      byte[] layer = new byte[layerBytes];
      random.nextBytes(layer);
      blobs.add(Blob.of(layer));
    }
    return new Image(List.copyOf(blobs));
  }

  byte[] manifest() {
    String layers =
        blobs.stream()
            .skip(1)
            .map(blob -> descriptor("application/vnd.oci.image.layer.v1.tar+gzip", blob))
            .collect(Collectors.joining(","));
    return ("{\"schemaVersion\":2,\"mediaType\":\""
            + TYPE
            + "\",\"config\":"
            + descriptor("application/vnd.oci.image.config.v1+json", blobs.getFirst())
            + ",\"layers\":["
            + layers
            + "]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  String digest() {
    return digestOf(manifest());
  }

  private static String descriptor(String type, Blob blob) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(type, blob.digest(), blob.bytes().length);
  }

  private static String digestOf(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
