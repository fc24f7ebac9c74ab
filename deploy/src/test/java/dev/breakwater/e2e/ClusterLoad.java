package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that push small images and pull them again, at an even pace, until they are told to end:
 * about a hundred requests a second, which leaves replicas that start meanwhile their share of the
 * processors. Whatever is not answered as it should be is remembered.
 */
final class ClusterLoad implements AutoCloseable {
  private static final int CLIENTS = 4;
  private static final int LARGEST_LAYER = 100_000;
  private static final long PACE_MILLIS = 250;

  private final RegistryClient registry;
  private final String repositories;
  private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicInteger requests = new AtomicInteger();

  /** What went wrong, a line each. */
  final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

  /** Acknowledged tags and their digests. */
  final Map<String, String> pushed = new ConcurrentHashMap<>();

  private ClusterLoad(RegistryClient registry, String repositories) {
    this.registry = registry;
    this.repositories = repositories;
  }

  static ClusterLoad start(RegistryClient registry) {
    return start(registry, "library/load");
  }

  /**
   * @param repositories how their names begin
   */
  static ClusterLoad start(RegistryClient registry, String repositories) {
    ClusterLoad load = new ClusterLoad(registry, repositories);
    for (int client = 0; client < CLIENTS; client++) {
      int number = client;
      load.threads.execute(() -> load.run(number));
    }
    return load;
  }

  int requests() {
    return requests.get();
  }

  private void run(int client) {
    Random random = new Random(client);
    boolean stopped = false;
    for (int image = 0; !stopped; image++) {
      long next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PACE_MILLIS);
      try {
        pushAndPull(client, image, random);
        stopped = stop.await(next - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (UncheckedIOException e) {
        failures.add("client " + client + ": " + e + ": " + e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        stopped = true;
      }
    }
  }

  private void pushAndPull(int client, int image, Random random) {
    String repository = repositories + client;
    byte[] layer = new byte[1 + random.nextInt(LARGEST_LAYER)];
    random.nextBytes(layer);
    byte[] configuration = ("{\"image\": \"" + client + "-" + image + "\"}").getBytes(UTF_8);
    byte[] manifest = manifest(configuration, layer);
    String tag = "v" + image;
    boolean acknowledged =
        expect("push of a layer", 201, registry.sendBlob(repository, layer))
            && expect("push of a configuration", 201, registry.sendBlob(repository, configuration))
            && expect("push of a manifest", 201, registry.sendManifest(repository, tag, manifest));
    if (acknowledged) {
      pushed.put(repository + ":" + tag, RegistryClient.digest(manifest));
      pull(repository, tag, manifest, layer);
    }
    expect("a question of the API", 200, registry.get("/api/v2.0/projects"));
  }

  private void pull(String repository, String tag, byte[] manifest, byte[] layer) {
    HttpResponse<byte[]> pulled = registry.manifest(repository, tag);
    if (expect("pull of a manifest", 200, pulled)
        && !RegistryClient.digest(pulled.body()).equals(RegistryClient.digest(manifest))) {
      failures.add("another manifest than was pushed for " + tag);
    }
    expect("pull of a layer", 200, registry.blob(repository, RegistryClient.digest(layer)));
  }

  private boolean expect(String what, int expected, HttpResponse<byte[]> answer) {
    requests.incrementAndGet();
    if (answer.statusCode() == expected) {
      return true;
    }
    failures.add(what + ": " + answer.statusCode() + " " + new String(answer.body(), UTF_8));
    return false;
  }

  static byte[] manifest(byte[] configuration, byte[] layer) {
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

  /** Lets every client finish its image. */
  @Override
  public void close() {
    stop.countDown();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(150, TimeUnit.SECONDS)) {
        throw new AssertionError("a client still waits for an answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
