package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that push images at the same time until the server is gone, and remember what they tried
 * and what was acknowledged.
 *
 * <p>The two sets differ by what was in flight when the server died: that may be there, whole, or
 * not at all.
 */
final class PushStorm implements AutoCloseable {
  static final String REPOSITORY = "library/storm";

  private static final int CLIENTS = 6;
  private static final int LARGEST_BLOB = 1 << 20;
  private static final int PART = 300_000;

  private final RegistryClient registry;
  private final long seed;
  private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
  private final AtomicInteger acknowledgements = new AtomicInteger();

  /** Digests of blobs that got a 201, and of all that were sent. */
  final Map<String, Boolean> acknowledgedBlobs = new ConcurrentHashMap<>();

  final Map<String, Boolean> triedBlobs = new ConcurrentHashMap<>();

  /** Tags that got a 201, each with the digest of its manifest, and all that were sent. */
  final Map<String, String> acknowledgedTags = new ConcurrentHashMap<>();

  final Map<String, String> triedTags = new ConcurrentHashMap<>();

  /** Answers other than success, which a healthy server does not give. */
  final Map<String, Integer> refusals = new ConcurrentHashMap<>();

  private PushStorm(RegistryClient registry, long seed) {
    this.registry = registry;
    this.seed = seed;
  }

  /** Begins to push; the same seed gives the same blobs. */
  static PushStorm start(RegistryClient registry, long seed) {
    PushStorm storm = new PushStorm(registry, seed);
    for (int client = 0; client < CLIENTS; client++) {
      int number = client;
      storm.threads.execute(() -> storm.pushUntilTheServerIsGone(number));
    }
    return storm;
  }

  int acknowledgements() {
    return acknowledgements.get();
  }

  /** Waits until every client has noticed that the server is gone. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(70, TimeUnit.SECONDS)) {
        throw new AssertionError("a client still waits for a server that is gone");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pushUntilTheServerIsGone(int client) {
    Random random = new Random(seed * 31 + client);
    try {
      for (int image = 0; refusals.isEmpty(); image++) {
        pushImage("s" + seed + "-" + client + "-" + image, random);
      }
    } catch (UncheckedIOException e) {
      // The server was killed: that is what this client waits for.
    }
  }

  private void pushImage(String tag, Random random) {
    byte[] layer = new byte[1 + random.nextInt(LARGEST_BLOB)];
    random.nextBytes(layer);
    byte[] configuration = ("{\"tag\": \"" + tag + "\"}").getBytes(UTF_8);
    boolean inParts = random.nextBoolean();
    if (!pushBlob(layer, inParts) || !pushBlob(configuration, false)) {
      return;
    }

    byte[] manifest = manifest(configuration, layer);
    triedTags.put(tag, RegistryClient.digest(manifest));
    int status = registry.pushManifest(REPOSITORY, tag, manifest);
    if (accepted("manifest", status)) {
      acknowledgedTags.put(tag, RegistryClient.digest(manifest));
    }
  }

  private boolean pushBlob(byte[] content, boolean inParts) {
    String digest = RegistryClient.digest(content);
    triedBlobs.put(digest, true);
    int status =
        inParts
            ? registry.pushBlobInParts(REPOSITORY, content, PART)
            : registry.pushBlob(REPOSITORY, content);
    if (accepted("blob", status)) {
      acknowledgedBlobs.put(digest, true);
      return true;
    }
    return false;
  }

  private boolean accepted(String what, int status) {
    if (status == 201) {
      acknowledgements.incrementAndGet();
      return true;
    }
    refusals.put(what, status);
    return false;
  }

  private static byte[] manifest(byte[] configuration, byte[] layer) {
    List<Object> facts =
        List.of(
            RegistryClient.MANIFEST,
            RegistryClient.digest(configuration),
            configuration.length,
            RegistryClient.digest(layer),
            layer.length);
    return """
    {"schemaVersion": 2, "mediaType": "%s",
     "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": %d},
     "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "%s", "size": %d}]}
    """
        .formatted(facts.toArray())
        .getBytes(UTF_8);
  }
}
