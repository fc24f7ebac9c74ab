package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.ManagementClient;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * What pulls, pushes and lists cost while a project grows to 1,000,000 artifacts in repositories of
 * 100. Always eight repositories are worked with, somewhere in it.
 */
public final class GrowingArtifacts implements Growing, Row.OfBreakwater {
  private static final int PER_REPOSITORY = 100;
  private static final int CLIENTS = 8;
  private static final int WARM_UPS = 3;
  private static final Duration VISIT = Duration.ofSeconds(4);

  private static final Growth.Cost PULL = new Growth.Cost("pull", "pull: CPU µs", 0);
  private static final Growth.Cost PUSH = new Growth.Cost("push", "push: CPU µs", 0);
  private static final Growth.Cost LIST = new Growth.Cost("list", "list page: CPU µs", 0);
  private static final Growth GROWTH =
      new Growth(
          "artifacts",
          List.of(1_000, 10_000, 100_000, 1_000_000),
          List.of(PULL, PUSH, LIST),
          Optional.of(1_000));

  /** Artifact n has the tag {@code v} and n in eight hexadecimal digits, and one blob. */
  private static final String ADD =
      """
      BEGIN;
      SET LOCAL session_replication_role = replica;
      SET LOCAL maintenance_work_mem = '512MB';
      SELECT id AS project FROM project WHERE name = 'growth' \\gset
      INSERT INTO repository (project_id, name)
      SELECT :project, 'growth/r' || lpad(n::text, 5, '0')
      FROM generate_series(%1$d / 100, %2$d / 100 - 1) n;
      INSERT INTO manifest (repository_id, project_id, digest, media_type, annotations, size, bytes,
                            pushed_at, type, config_media_type, total_size, tagged)
      SELECT repository.id, :project, 'sha256:' || lpad(to_hex(n), 64, '0'),
             'application/vnd.oci.image.manifest.v1+json', '{}', 2, '\\x7b7d',
             now() - n * interval '1 second', 'IMAGE',
             'application/vnd.oci.image.config.v1+json', 1000, true
      FROM generate_series(%1$d, %2$d - 1) n
      JOIN repository ON repository.name = 'growth/r' || lpad((n / 100)::text, 5, '0');
      INSERT INTO tag (repository_id, name, manifest_id, created_at, updated_at)
      SELECT manifest.repository_id, 'v' || right(manifest.digest, 8), manifest.id, pushed_at,
             pushed_at
      FROM generate_series(%1$d, %2$d - 1) n
      JOIN manifest ON manifest.digest = 'sha256:' || lpad(to_hex(n), 64, '0')
      WHERE manifest.project_id = :project;
      INSERT INTO blob (digest, size)
      SELECT 'sha256:' || md5(n::text) || md5('second half ' || n), 1000
      FROM generate_series(%1$d, %2$d - 1) n;
      INSERT INTO repository_blob (repository_id, blob_id, leased_until)
      SELECT repository.id, blob.id, now()
      FROM generate_series(%1$d, %2$d - 1) n
      JOIN repository ON repository.name = 'growth/r' || lpad((n / 100)::text, 5, '0')
      JOIN blob ON blob.digest = 'sha256:' || md5(n::text) || md5('second half ' || n);
      INSERT INTO project_content (project_id, digest, size)
      SELECT :project, 'sha256:' || md5(n::text) || md5('second half ' || n), 1000
      FROM generate_series(%1$d, %2$d - 1) n;
      COMMIT;
      VACUUM ANALYZE;
      """;

  private final RandomGenerator random;

  public GrowingArtifacts(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "growing-artifacts";
  }

  @Override
  public String title() {
    return "pulls of manifests, pushes of images and list pages, "
        + CLIENTS
        + " clients, while a"
        + " project grows";
  }

  @Override
  public Growth growth() {
    return GROWTH;
  }

  /** The others would take hours to fill. */
  @Override
  public List<Sample> run(Breakwater breakwater, Path folder, int rounds)
      throws IOException, InterruptedException {
    try (RunningRegistry registry = RunningRegistry.start(breakwater, folder)) {
      try (RegistryClient client = registry.client()) {
        new ManagementClient(client).create("/projects", "{\"project_name\": \"growth\"}");
      }
      return GROWTH.run(rounds, WARM_UPS, new Project(registry));
    }
  }

  private final class Project implements Growth.Measure {
    private final RunningRegistry registry;
    private int filled;

    Project(RunningRegistry registry) {
      this.registry = registry;
    }

    @Override
    public void grow(int size) throws IOException, InterruptedException {
      Psql.run(registry.folder().resolve("data"), ADD.formatted(filled, size));
      filled = size;
    }

    @Override
    public Map<Growth.Cost, Double> costs(int size) throws IOException, InterruptedException {
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        places.add(random.nextInt(size / PER_REPOSITORY));
      }
      return Map.of(
          PULL, each(places, this::pull),
          PUSH, each(places, this::push),
          LIST, each(places, this::list));
    }

    /** Microseconds of the processors for one. */
    private double each(List<Integer> places, Step step) throws IOException, InterruptedException {
      List<RegistryClient> clients = new ArrayList<>();
      try {
        for (int place : places) {
          clients.add(registry.client().authorize(repository(place)));
        }
        List<SplittableRandom> randoms =
            places.stream().map(_ -> new SplittableRandom(random.nextLong())).toList();
        Crowd crowd =
            Crowd.during(
                VISIT,
                registry,
                CLIENTS,
                number -> step.run(clients.get(number), places.get(number), randoms.get(number)));
        if (!crowd.failures().isEmpty()) {
          throw new IOException(crowd.reasons().getFirst());
        }
        return crowd.cpuPer(1) * 1e6;
      } finally {
        for (RegistryClient client : clients) {
          client.close();
        }
      }
    }

    private void pull(RegistryClient client, int place, RandomGenerator own) throws IOException {
      int number = place * PER_REPOSITORY + own.nextInt(PER_REPOSITORY);
      client.getManifest(repository(place), String.format(Locale.ROOT, "v%08x", number)).discard();
    }

    private void push(RegistryClient client, int place, RandomGenerator own) throws IOException {
      Image.random(own, 1, 1024)
          .push(client, repository(place), "w" + own.nextInt(Integer.MAX_VALUE));
    }

    private void list(RegistryClient client, int place, RandomGenerator own) throws IOException {
      String projects = "/api/v2.0/projects/growth/repositories";
      String name = repository(place).substring("growth/".length());
      String path =
          switch (own.nextInt(3)) {
            case 0 -> projects + "?page_size=100";
            case 1 -> projects + "/" + name + "/artifacts?page_size=100";
            default -> "/api/v2.0/projects/growth/artifacts?page_size=100";
          };
      client
          .connection()
          .send("GET", path, Map.of("Authorization", client.basic().orElseThrow()), Body.NONE)
          .expect(200);
    }

    private static String repository(int place) {
      return String.format(Locale.ROOT, "growth/r%05d", place);
    }
  }

  private interface Step {
    void run(RegistryClient client, int place, RandomGenerator own) throws IOException;
  }
}
