package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.PushedImage;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import java.io.IOException;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Repositories with one small image that has many tags: {@code v000000}, {@code v000001}, ... */
final class ManyTags {
  static final int SOME = 5_000;
  static final int MANY = 100_000;

  private static final int CLIENTS = 8;

  /** The same bytes in every repository. */
  private static final Image IMAGE = Image.random(new SplittableRandom(1), 1, 1024);

  private static final String INSERT =
      """
      BEGIN;
      SET LOCAL session_replication_role = replica;
      INSERT INTO tag (repository_id, name, manifest_id, created_at, updated_at)
      SELECT manifest.repository_id, 'v' || lpad(n::text, 6, '0'), manifest.id, now(), now()
      FROM manifest JOIN repository ON repository.id = manifest.repository_id,
           generate_series(%d, %d) n
      WHERE repository.name = '%s';
      COMMIT;
      VACUUM ANALYZE tag;
      """;

  private ManyTags() {}

  static String repository(int tags) {
    return Names.REPOSITORY + "-tags-" + tags;
  }

  static String tag(int number) {
    return String.format(Locale.ROOT, "v%06d", number);
  }

  /** Pushes all tags, unless they are there. */
  static void push(RunningRegistry registry, int tags) throws IOException, InterruptedException {
    String repository = repository(tags);
    if (has(registry, repository, tags)) {
      return;
    }
    pushFirst(registry, repository);
    PushedImage pushed = IMAGE.pushed();
    AtomicInteger next = new AtomicInteger(1);
    Crowd crowd =
        Crowd.times(
            1,
            registry,
            CLIENTS,
            _ -> {
              try (RegistryClient client = registry.client().authorize(repository)) {
                for (int n = next.getAndIncrement(); n < tags; n = next.getAndIncrement()) {
                  client.putManifest(repository, tag(n), pushed.manifest());
                }
              }
            });
    if (!crowd.failures().isEmpty()) {
      throw new IOException("not all tags could be pushed: " + crowd.reasons());
    }
  }

  /** Adds tags to the image in a repository of Breakwater, behind its back. */
  static void add(RunningRegistry registry, String repository, int from, int to)
      throws IOException, InterruptedException {
    Psql.run(registry.folder().resolve("data"), INSERT.formatted(from, to - 1, repository));
  }

  /** The image with its first tag. */
  static void pushFirst(RunningRegistry registry, String repository) throws IOException {
    try (RegistryClient client = registry.client().authorize(repository)) {
      IMAGE.push(client, repository, tag(0));
    }
  }

  private static boolean has(RunningRegistry registry, String repository, int tags)
      throws IOException {
    try (RegistryClient client = registry.client().authorize(repository)) {
      return client.hasManifest(repository, tag(tags - 1));
    }
  }
}
