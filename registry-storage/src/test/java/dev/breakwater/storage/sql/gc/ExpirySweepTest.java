package dev.breakwater.storage.sql.gc;

import static dev.breakwater.storage.sql.Pushes.digest;
import static dev.breakwater.storage.sql.Pushes.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.audit.AuditTrail;
import dev.breakwater.core.blob.BlobSettings;
import dev.breakwater.core.blob.InMemoryBlobStore;
import dev.breakwater.core.gc.GarbageCollector;
import dev.breakwater.core.manifest.ExpiryTermSource;
import dev.breakwater.core.manifest.ExpiryTerms;
import dev.breakwater.core.manifest.Lifetime;
import dev.breakwater.core.manifest.ManifestCache;
import dev.breakwater.core.manifest.RemoveManifests;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.RegistryRows;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.audit.PgAuditRepository;
import dev.breakwater.storage.sql.manifest.PgManifestPushes;
import dev.breakwater.storage.sql.manifest.PgManifestRemovals;
import dev.breakwater.storage.sql.manifest.PgManifestRepository;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Artifacts that end by a rule: an image with the tag pr-1, of two days ago, that was to end. */
final class ExpirySweepTest {
  private static final RepositoryName NAME = RepositoryName.parse("library/app");
  private static final ExpiryTerms A_DAY = (_, _) -> Optional.of(Lifetime.parse("1d"));
  private static final ExpiryTerms PULL_REQUESTS =
      (_, tag) ->
          tag.value().startsWith("pr-") ? Optional.of(Lifetime.parse("1d")) : Optional.empty();

  private Database database;
  private RegistryRows rows;
  private PgManifestPushes pushes;

  @BeforeEach
  void push() {
    database = TestDatabase.migrated();
    rows = new RegistryRows(database);
    pushes = new PgManifestPushes(database);
    Await.done(rows.store(image(NAME, "image", List.of(), "pr-1")));
    Await.done(
        database.update(
            """
            UPDATE manifest SET expires_at = now() - interval '1 hour', expires_by_rule = true
            """));
    Await.done(database.update("UPDATE tag SET updated_at = now() - interval '2 days'"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void deletesWhatStillEndsByTheRules() {
    sweep(_ -> Mono.just(PULL_REQUESTS));

    assertThat(count("manifest")).isZero();
    assertThat(count("tag")).isZero();
  }

  @Test
  void letsLiveOfWhichTheRulesSayNothingAnyMore() {
    sweep(_ -> Mono.just(ExpiryTerms.NONE));

    assertThat(count("manifest WHERE expires_at IS NULL AND NOT expires_by_rule")).isEqualTo(1);
  }

  @Test
  void letsLiveWhatGotATagThatStays() {
    tag("v1");

    sweep(_ -> Mono.just(PULL_REQUESTS));

    assertThat(count("manifest WHERE expires_at IS NULL")).isEqualTo(1);
  }

  @Test
  void endsWithTheLastTag() {
    tag("pr-2");

    sweep(_ -> Mono.just(A_DAY));

    assertThat(count("manifest WHERE expires_by_rule AND expires_at > now() + interval '23 hours'"))
        .isEqualTo(1);
  }

  @Test
  void deletesNothingThatGetsATagAtThatMoment() {
    sweep(_ -> tagging("v1").thenReturn(PULL_REQUESTS));

    assertThat(count("tag")).isEqualTo(2);
    sweep(_ -> Mono.just(PULL_REQUESTS));
    assertThat(count("tag")).isEqualTo(2);
  }

  @Test
  void deletesByTheManifestsOwnWordWhateverTheTags() {
    Await.done(database.update("UPDATE manifest SET expires_by_rule = false"));
    tag("v1");

    sweep(_ -> Mono.just(ExpiryTerms.NONE));

    assertThat(count("manifest")).isZero();
  }

  @Test
  void forgetsChangesOfTagsThatAreOldEnough() {
    tag("pr-2");
    Await.done(
        database.update(
            """
            UPDATE tag_change SET changed_at = now() - interval '31 days' WHERE name = 'pr-1'
            """));

    Await.done(collector(_ -> Mono.just(ExpiryTerms.NONE)).forgetTagChanges());

    assertThat(count("tag_change WHERE name = 'pr-1'")).isZero();
    assertThat(count("tag_change WHERE name = 'pr-2'")).isEqualTo(1);
  }

  private void tag(String name) {
    Await.done(tagging(name));
  }

  private Mono<Void> tagging(String name) {
    Tag tag = Tag.parse(name);
    return database
        .one("SELECT id FROM repository", row -> Rows.number(row, "id"))
        .flatMap(id ->
            database.inTx(tx ->
                pushes
                    .lock(tx, NAME, List.of(tag))
                    .then(Mono.defer(() -> pushes.tag(tx, id, digest("image"), tag, "alice")))))
        .then();
  }

  private long count(String from) {
    return Await.value(
        database.one("SELECT count(*) AS n FROM " + from, row -> Rows.number(row, "n")));
  }

  private void sweep(ExpiryTermSource terms) {
    Await.done(collector(terms).expire());
  }

  private GarbageCollector collector(ExpiryTermSource terms) {
    Clock clock = Clock.systemUTC();
    AuditTrail events = new AuditTrail(new PgAuditRepository(database), clock);
    Await.done(events.prepare());
    RemoveManifests remove =
        new RemoveManifests(
            new PgManifestRemovals(database, pushes),
            pushes,
            new ManifestCache(new PgManifestRepository(database), _ -> {}),
            (_, _) -> Mono.just((_, _) -> false),
            database,
            events,
            Duration.ZERO,
            clock);
    return new GarbageCollector(
        new PgGarbageRepository(database),
        remove,
        terms,
        new InMemoryBlobStore(),
        database,
        new BlobSettings(Duration.ofHours(24), Duration.ofHours(24), 10),
        Duration.ofDays(30),
        Schedulers.parallel(),
        clock);
  }
}
