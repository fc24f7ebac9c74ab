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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A retention policy keeps 100 of the 50,000 tags of a repository: a dry run, then a real one. */
public final class RetentionRun implements Row.Alone {
  private static final long POLL_MILLIS = 50;
  private static final Metric DRY = new Metric("drySeconds", "dry run: s", 1);
  private static final Metric REAL = new Metric("realSeconds", "run: s", 1);

  private static final String FILL =
      """
      BEGIN;
      SET LOCAL session_replication_role = replica;
      SELECT id AS library FROM project WHERE name = 'library' \\gset
      INSERT INTO repository (project_id, name) VALUES (:library, 'library/tags')
      RETURNING id AS tags \\gset
      INSERT INTO manifest (repository_id, project_id, digest, media_type, annotations, size, bytes,
                            pushed_at, type, config_media_type, total_size, tagged)
      SELECT :tags, :library, 'sha256:' || md5(n::text) || md5('second half ' || n),
             'application/vnd.oci.image.manifest.v1+json', '{}', 2, '\\x7b7d',
             now() - n * interval '7 seconds', 'IMAGE',
             'application/vnd.oci.image.config.v1+json', 1000000, true
      FROM generate_series(1, 50000) n;
      INSERT INTO manifest_reference (manifest_id, repository_id, project_id, kind, digest)
      SELECT manifest.id, :tags, :library, 'b',
             'sha256:' || md5(manifest.id || '/' || part) || md5('second half ' || manifest.id || part)
      FROM manifest, generate_series(1, 5) part;
      INSERT INTO blob (digest, size)
      SELECT digest, 1000 FROM manifest_reference ORDER BY manifest_id;
      INSERT INTO repository_blob (repository_id, blob_id, leased_until)
      SELECT :tags, id, now() FROM blob ORDER BY id;
      INSERT INTO project_content (project_id, digest, size)
      SELECT :library, digest, size FROM blob
      UNION ALL SELECT :library, digest, size FROM manifest;
      UPDATE project_usage
      SET used = (SELECT sum(size) FROM project_content WHERE project_id = :library)
      WHERE project_id = :library;
      INSERT INTO tag (repository_id, name, manifest_id, created_at, updated_at)
      SELECT :tags, 'v' || id, id, pushed_at, pushed_at FROM manifest;
      COMMIT;
      VACUUM ANALYZE;
      SELECT id FROM project WHERE name = 'library';
      """;

  private static final String POLICY =
      """
      {"algorithm": "or",
       "rules": [
        {"action": "retain", "template": "latestPushedK", "params": {"latestPushedK": 100},
         "tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "**"}],
         "scope_selectors": {"repository":
          [{"kind": "doublestar", "decoration": "repoMatches", "pattern": "**"}]}}],
       "trigger": {"kind": "Schedule", "settings": {"cron": ""}},
       "scope": {"level": "project", "ref": %s}}
      """;

  @Override
  public String name() {
    return "retention";
  }

  @Override
  public String title() {
    return "a retention policy that keeps 100 of 50,000 tags of a repository";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(DRY, REAL);
  }

  @Override
  public List<Goal> goals() {
    return List.of(new Goal.AtMost(20, DRY), new Goal.AtMost(20, REAL), new Goal.NoFailure());
  }

  /** The others have no retention. */
  @Override
  public List<Sample> run(Product product, Path folder, int rounds)
      throws IOException, InterruptedException {
    if (!product.name().equals(Verdict.OURS)) {
      return List.of();
    }
    try (RunningRegistry registry = RunningRegistry.start(product, folder);
        RegistryClient client = registry.client()) {
      String project = Psql.run(folder.resolve("data"), FILL);
      ManagementClient admin = new ManagementClient(client);
      String policy = admin.create("/retentions", POLICY.formatted(project));
      double dry = seconds(admin, policy, true);
      double real = seconds(admin, policy, false);
      String left =
          ManagementClient.member(
              admin.get("/projects/library/repositories/tags"), "artifact_count");
      if (!left.equals("100")) {
        return List.of(Sample.failure(left + " artifacts are left, not 100"));
      }
      return List.of(Sample.of(Map.of(DRY, dry, REAL, real)));
    }
  }

  private static double seconds(ManagementClient admin, String policy, boolean dryRun)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    admin.create(policy + "/executions", "{\"dry_run\": " + dryRun + "}");
    // The latest comes first.
    String status;
    do {
      Thread.sleep(POLL_MILLIS);
      status = ManagementClient.member(admin.get(policy + "/executions"), "status");
    } while (status.equals("Pending") || status.equals("Running"));
    if (!status.equals("Success")) {
      throw new IOException("the retention's run ended with " + status);
    }
    return (System.nanoTime() - begin) / 1e9;
  }
}
