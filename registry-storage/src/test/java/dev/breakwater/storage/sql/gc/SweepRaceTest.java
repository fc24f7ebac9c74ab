package dev.breakwater.storage.sql.gc;

import static dev.breakwater.storage.sql.Pushes.digest;
import static dev.breakwater.storage.sql.Pushes.image;
import static dev.breakwater.storage.sql.Pushes.index;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.blob.BlobSettings;
import dev.breakwater.core.blob.InMemoryBlobStore;
import dev.breakwater.core.gc.GarbageCollector;
import dev.breakwater.core.gc.GarbageRepository;
import dev.breakwater.core.gc.GarbageRepository.Batch;
import dev.breakwater.core.manifest.ManifestCache;
import dev.breakwater.core.manifest.RemoveManifests;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.RegistryRows;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.job.TestJob;
import dev.breakwater.storage.sql.manifest.PgManifestPushes;
import dev.breakwater.storage.sql.manifest.PgManifestRemovals;
import dev.breakwater.storage.sql.manifest.PgManifestRepository;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What happens to an artifact between the look of garbage collection and its hand. */
final class SweepRaceTest {
  private static final RepositoryName REPOSITORY = RepositoryName.parse("library/one");

  private final Database database = TestDatabase.migrated();
  private final RegistryRows rows = new RegistryRows(database);
  private final PgGarbageRepository garbage = new PgGarbageRepository(database);

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void keepsAnUntaggedArtifactThatGetsATagMeanwhile() {
    Await.done(rows.store(image(REPOSITORY, "kept", List.of())));
    Await.done(rows.store(image(REPOSITORY, "gone", List.of())));
    Await.done(database.update("UPDATE manifest SET pushed_at = now() - interval '1 day'"));

    collect(rows.store(image(REPOSITORY, "kept", List.of(), "v1")));

    assertThat(Await.value(database.many("SELECT digest FROM manifest", SweepRaceTest::digestOf)))
        .containsExactly(digest("kept").toString());
    assertThat(Await.value(database.many("SELECT name FROM tag", row -> Rows.text(row, "name"))))
        .containsExactly("v1");
  }

  @Test
  void keepsAnUntaggedArtifactThatIsPushedAgainMeanwhile() {
    Await.done(rows.store(image(REPOSITORY, "kept", List.of())));
    Await.done(rows.store(image(REPOSITORY, "gone", List.of())));
    Await.done(database.update("UPDATE manifest SET pushed_at = now() - interval '1 day'"));

    collect(rows.store(image(REPOSITORY, "kept", List.of())));

    assertThat(Await.value(database.many("SELECT digest FROM manifest", SweepRaceTest::digestOf)))
        .containsExactly(digest("kept").toString());
  }

  @Test
  void keepsAnArtifactWhoseIndexIsToComeAgain() {
    Await.done(rows.store(image(REPOSITORY, "part", List.of())));
    Await.done(rows.store(index(REPOSITORY, "whole", List.of(digest("part")))));
    Await.done(database.update("UPDATE manifest SET pushed_at = now() - interval '1 day'"));

    collect(rows.store(image(REPOSITORY, "part", List.of())));

    assertThat(Await.value(database.many("SELECT digest FROM manifest", SweepRaceTest::digestOf)))
        .containsExactlyInAnyOrder(digest("part").toString(), digest("whole").toString());
  }

  /**
   * @param meanwhile what others do when untagged artifacts were found
   */
  private void collect(Mono<?> meanwhile) {
    GarbageRepository interrupted =
        (GarbageRepository)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {GarbageRepository.class},
                (_, method, arguments) ->
                    method.getName().equals("untagged")
                        ? ((Mono<?>) method.invoke(garbage, arguments))
                            .delayUntil(found -> whenFound((Batch) found, meanwhile))
                        : method.invoke(garbage, arguments));
    PgManifestPushes pushes = new PgManifestPushes(database);
    RemoveManifests remove =
        new RemoveManifests(
            new PgManifestRemovals(database, pushes),
            pushes,
            new ManifestCache(new PgManifestRepository(database), _ -> {}),
            (_, _) -> Mono.just((_, _) -> false),
            database,
            (_, _) -> Mono.empty(),
            Duration.ZERO,
            Clock.systemUTC());
    GarbageCollector collector =
        new GarbageCollector(
            interrupted,
            remove,
            _ -> Mono.empty(),
            new InMemoryBlobStore(),
            database,
            new BlobSettings(Duration.ofHours(3), Duration.ofHours(3), 2),
            Duration.ofDays(1),
            Schedulers.parallel(),
            Clock.systemUTC());
    Await.done(collector.run(new TestJob(0, Map.of("delete_untagged", true))));
  }

  private static Mono<?> whenFound(Batch batch, Mono<?> meanwhile) {
    return batch.manifestIds().isEmpty() ? Mono.empty() : meanwhile;
  }

  private static String digestOf(io.r2dbc.spi.Readable row) {
    return Rows.text(row, "digest");
  }
}
