package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.ManagementClient;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import dev.breakwater.benchmarks.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Garbage collection among 1,000,000 blobs, while manifests are pushed at a steady pace. */
public final class CollectGarbage implements Row.Alone {
  private static final int GARBAGE = 100_000;
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration QUIET = Duration.ofSeconds(30);

  private static final Metric SECONDS = new Metric("gcSeconds", "run: s", 1);
  private static final Metric GROWTH = new Metric("gcGrowth", "growth MB", 0);
  private static final Metric P99_WITHOUT = new Metric("pushP99Without", "manifest push p99 ms", 1);
  private static final Metric P99_WITH = new Metric("pushP99With", "the same during GC", 1);
  private static final Metric RATIO = new Metric("pushP99Ratio", "ratio", 2);

  /** Ten blobs to a manifest, 100 manifests to a repository; every tenth blob has no manifest. */
  private static final String FILL =
      """
      BEGIN;
      SET LOCAL session_replication_role = replica;
      SELECT id AS library FROM project WHERE name = 'library' \\gset
      SELECT coalesce(max(id), 0) AS first FROM repository \\gset
      INSERT INTO repository (project_id, name)
      SELECT :library, 'library/r' || lpad(n::text, 5, '0') FROM generate_series(1, 1000) n
      ORDER BY n;
      INSERT INTO blob (digest, size)
      SELECT 'sha256:' || md5(n::text) || md5('second half ' || n), 1000 + n
      FROM generate_series(1, 1000000) n ORDER BY n;
      SELECT min(id) AS blobs FROM blob \\gset
      INSERT INTO repository_blob (repository_id, blob_id, leased_until, review_at)
      SELECT :first + 1 + n % 1000, :blobs + n, now() - interval '1 day',
             CASE WHEN n % 10 = 0 THEN now() - interval '1 hour' END
      FROM generate_series(0, 999999) n;
      INSERT INTO project_content (project_id, digest, size)
      SELECT :library, digest, size FROM blob;
      INSERT INTO manifest (repository_id, project_id, digest, media_type, annotations, size, bytes,
                            type, config_media_type, total_size, tagged)
      SELECT :first + 1 + n % 1000, :library, 'sha256:' || lpad(to_hex(n), 64, '0'),
             'application/vnd.oci.image.manifest.v1+json', '{}', 2, '\\x7b7d', 'IMAGE',
             'application/vnd.oci.image.config.v1+json', 1000000, true
      FROM generate_series(0, 99999) n;
      INSERT INTO tag (repository_id, name, manifest_id)
      SELECT repository_id, 'v' || id, id FROM manifest WHERE project_id = :library;
      INSERT INTO manifest_reference (manifest_id, repository_id, project_id, kind, digest)
      SELECT manifest.id, manifest.repository_id, :library, 'b', blob.digest
      FROM generate_series(0, 999999) n
      JOIN blob ON blob.id = :blobs + n
      JOIN manifest ON manifest.repository_id = :first + 1 + n % 1000
        AND manifest.digest = 'sha256:' || lpad(to_hex(n / 10000 * 1000 + n % 1000), 64, '0')
      WHERE n % 10 <> 0;
      UPDATE project_usage
      SET used = (SELECT sum(size) FROM project_content WHERE project_id = :library)
      WHERE project_id = :library;
      COMMIT;
      VACUUM ANALYZE;
      CHECKPOINT;
      SELECT blob.digest FROM repository_blob JOIN blob ON blob.id = blob_id
      WHERE review_at IS NOT NULL;
      """;

  private static final String BLOBS =
      "SELECT count(*) FROM blob WHERE size > 1000 AND size <= 1001000;";

  private final RandomGenerator random;

  public CollectGarbage(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "garbage";
  }

  @Override
  public String title() {
    return "garbage collection: 1,000,000 blobs, 100,000 of them are garbage; "
        + "meanwhile manifests are pushed at a steady pace";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(SECONDS, GROWTH, P99_WITHOUT, P99_WITH, RATIO);
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        new Goal.AtMost(600, SECONDS),
        new Goal.AtMost(100, GROWTH),
        new Goal.AtMost(1.2, RATIO),
        new Goal.NoFailure());
  }

  /** The others stop the world. */
  @Override
  public List<Sample> run(Product product, Path folder, int rounds)
      throws IOException, InterruptedException {
    if (!product.name().equals(Verdict.OURS)) {
      return List.of();
    }
    Path data = folder.resolve("data");
    try (RunningRegistry registry = RunningRegistry.start(product, folder)) {
      makeFiles(data, Psql.run(data, FILL).lines().toList());
      return List.of(collectWhilePushing(registry, data));
    }
  }

  private Sample collectWhilePushing(RunningRegistry registry, Path data)
      throws IOException, InterruptedException {
    try (SteadyPushes pushes = SteadyPushes.begin(registry, random)) {
      Memory memory = new Memory(registry);
      memory.watch(QUIET);
      pushes.take(); // compilers were busy
      memory.watch(QUIET);
      List<Double> without = new ArrayList<>(pushes.take());
      double before = memory.takePeak();
      double seconds = collect(registry, memory);
      List<Double> with = pushes.take();
      double growth = memory.takePeak() - before;
      memory.watch(QUIET);
      without.addAll(pushes.take());
      return sample(data, pushes, seconds, growth, without, with);
    }
  }

  private static Sample sample(
      Path data,
      SteadyPushes pushes,
      double seconds,
      double growth,
      List<Double> without,
      List<Double> with)
      throws IOException, InterruptedException {
    List<String> failures = new ArrayList<>(pushes.failures());
    String left = Psql.run(data, BLOBS);
    if (!left.equals("900000")) {
      failures.add(left + " blobs are left, not 900000");
    }
    Map<Metric, Double> values = new HashMap<>();
    values.put(SECONDS, seconds);
    values.put(GROWTH, growth);
    values.put(P99_WITHOUT, SteadyPushes.p99(without));
    values.put(P99_WITH, SteadyPushes.p99(with));
    values.put(RATIO, SteadyPushes.p99(with) / SteadyPushes.p99(without));
    return new Sample(values, failures.size(), failures.stream().distinct().limit(5).toList());
  }

  /** Of what is garbage: nobody asks for the other files. */
  private static void makeFiles(Path data, List<String> digests) throws IOException {
    if (digests.size() != GARBAGE) {
      throw new IOException(digests.size() + " blobs are garbage, not " + GARBAGE);
    }
    for (String digest : digests) {
      String hex = digest.substring(digest.indexOf(':') + 1);
      Path blob =
          data.resolve("storage/docker/registry/v2/blobs/sha256")
              .resolve(hex.substring(0, 2))
              .resolve(hex);
      Files.createDirectory(blob);
      Files.writeString(blob.resolve("data"), hex);
    }
  }

  private static double collect(RunningRegistry registry, Memory memory)
      throws IOException, InterruptedException {
    try (RegistryClient client = registry.client()) {
      ManagementClient admin = new ManagementClient(client);
      long begin = System.nanoTime();
      String run =
          admin.create(
              "/system/gc/schedule",
              """
              {"schedule": {"type": "Manual"}}
              """);
      String status;
      do {
        memory.watch(POLL);
        status = ManagementClient.member(admin.get(run), "job_status");
      } while (status.equals("Pending") || status.equals("Running"));
      if (!status.equals("Success")) {
        throw new IOException("garbage collection ended with " + status);
      }
      return (System.nanoTime() - begin) / 1e9;
    }
  }

  /** How much there is at most; to look at it slows a registry, so it is done all the time. */
  private static final class Memory {
    private final RunningRegistry registry;
    private double peak;

    Memory(RunningRegistry registry) {
      this.registry = registry;
    }

    void watch(Duration time) throws IOException, InterruptedException {
      long end = System.nanoTime() + time.toNanos();
      do {
        Thread.sleep(POLL);
        peak = Math.max(peak, registry.tree().pssMegabytes());
      } while (System.nanoTime() < end);
    }

    double takePeak() {
      double taken = peak;
      peak = 0;
      return taken;
    }
  }
}
