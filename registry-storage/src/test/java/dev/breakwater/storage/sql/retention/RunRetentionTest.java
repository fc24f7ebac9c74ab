package dev.breakwater.storage.sql.retention;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.audit.AuditTrail;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.manifest.ManifestCache;
import dev.breakwater.core.manifest.RemoveManifests;
import dev.breakwater.core.manifest.TagRules;
import dev.breakwater.core.retention.RemoveArtifacts;
import dev.breakwater.core.retention.RetentionPolicy;
import dev.breakwater.core.retention.RetentionRuleJson;
import dev.breakwater.core.retention.RetentionTasks;
import dev.breakwater.core.retention.RunRetention;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.audit.PgAuditRepository;
import dev.breakwater.storage.sql.immutability.PgImmutableRuleRepository;
import dev.breakwater.storage.sql.job.TestJob;
import dev.breakwater.storage.sql.manifest.PgManifestPushes;
import dev.breakwater.storage.sql.manifest.PgManifestRemovals;
import dev.breakwater.storage.sql.manifest.PgManifestRepository;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Retention on real rows: image n was pushed on day n, and pulled on the days that a test says. */
class RunRetentionTest {
  private static final Instant DAY_ZERO = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NOW = DAY_ZERO.plus(Duration.ofDays(10).plusHours(1));

  private final Database database = TestDatabase.migrated();
  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private final PgRetentionPolicyRepository policies = new PgRetentionPolicyRepository(database);
  private final PgCandidateRepository candidates = new PgCandidateRepository(database);
  private final PgVerdictRepository verdicts = new PgVerdictRepository(database);
  private final AuditTrail events =
      new AuditTrail(new PgAuditRepository(database), Mono::empty, clock);
  private final RunRetention handler = handler();
  private long repository;

  @BeforeEach
  void makeARepository() {
    Await.done(events.prepare());
    repository = repository("library/app");
    TestJob.insert(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private RunRetention handler() {
    PgManifestPushes pushes = new PgManifestPushes(database);
    PgImmutableRuleRepository rules = new PgImmutableRuleRepository(database);
    RemoveManifests remove =
        new RemoveManifests(
            new PgManifestRemovals(database, pushes),
            pushes,
            new ManifestCache(new PgManifestRepository(database), _ -> {}),
            (tx, project) -> rules.rulesOf(tx, project).cast(TagRules.class),
            database,
            events,
            Duration.ZERO,
            clock);
    return new RunRetention(
        policies,
        new RetentionTasks(candidates),
        candidates,
        verdicts,
        rules,
        new RemoveArtifacts(remove),
        database,
        clock);
  }

  @Test
  void keepsThoseThatWerePushedLast() {
    images(1, 10);

    assertThat(keep(rule("latestPushedK", 3, "v*"))).containsExactly("v10", "v8", "v9");
  }

  @Test
  void countsOnlyWhatTheTagsOfTheRuleChoose() {
    images(1, 10);
    retag("v9", "other");

    assertThat(keep(rule("latestPushedK", 2, "v*"))).containsExactly("v10", "v8");
  }

  @Test
  void keepsWhatOneOfTheRulesKeeps() {
    images(1, 10);

    assertThat(keep(rule("latestPushedK", 1, "v*"), rule("always", 0, "{v1,v2}")))
        .containsExactly("v1", "v10", "v2");
  }

  @Test
  void keepsThoseThatWerePulledLast() {
    images(1, 5);
    pull("v2", 9);
    pull("v4", 8);
    pull("v1", 7);

    assertThat(keep(rule("latestPulledN", 2, "**"))).containsExactly("v2", "v4");
  }

  @Test
  void keepsThoseThatWerePushedOrPulledLast() {
    images(1, 5);
    pull("v1", 9);

    assertThat(keep(rule("latestActiveK", 2, "**"))).containsExactly("v1", "v5");
  }

  @Test
  void keepsThoseOfTheLastDays() {
    images(1, 10);
    pull("v3", 9);

    assertThat(keep(rule("nDaysSinceLastPull", 2, "**"), rule("nDaysSinceLastPush", 1, "v1*")))
        .containsExactly("v10", "v3");
  }

  @Test
  void keepsNothingIfARuleSaysSo() {
    images(1, 3);

    assertThat(keep(rule("nothing", 0, "**"))).isEmpty();
  }

  @Test
  void keepsUntaggedArtifactsOnlyIfTheRuleNamesThem() {
    images(1, 2);
    untagged(3);
    untagged(4);
    String rule = rule("always", 0, "**");

    JobResult kept = run(false, rule);
    JobResult gone = run(false, rule.replace("true}", "false}"));

    assertThat(kept.attributes()).containsEntry("total", 4L).containsEntry("retained", 4L);
    assertThat(gone.attributes()).containsEntry("total", 4L).containsEntry("retained", 2L);
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void keepsImmutableTags() {
    images(1, 5);
    Await.done(
        database.update(
            """
            INSERT INTO immutable_rule (project_id, disabled, repository_excluding,
              repository_pattern, tag_excluding, tag_pattern, tag_untagged)
            VALUES (1, false, false, '**', false, 'v2', false)
            """));

    assertThat(keep(rule("latestPushedK", 1, "**"))).containsExactly("v2", "v5");
  }

  @Test
  void keepsWhatAnIndexThatStaysNames() {
    images(1, 5);
    Await.done(
        database.update(
            """
            INSERT INTO manifest_reference (manifest_id, repository_id, project_id, kind, digest)
            SELECT parent.id, $1, 1, 'c', child.digest
            FROM manifest AS parent, manifest AS child
            WHERE parent.digest = $2 AND child.digest = $3
            """,
            repository,
            digest(5),
            digest(2)));
    TestJob job = job(policy(rule("latestPushedK", 1, "**")), false);

    JobResult result = Await.value(handler.run(job));

    assertThat(tags()).containsExactly("v2", "v5");
    assertThat(result.attributes()).containsEntry("retained", 1L).containsEntry("failed", 1L);
    assertThat(job.lines).anyMatch(line -> line.startsWith("ERR " + digest(2) + " [v2]: it stays"));
  }

  @Test
  void tellsInADryRunWhatItWouldDoAndWhy() {
    images(1, 3);
    TestJob job = job(policy(rule("latestPushedK", 2, "**")), true);

    JobResult result = Await.value(handler.run(job));

    assertThat(count()).isEqualTo(3);
    assertThat(result.attributes()).containsEntry("total", 3L).containsEntry("retained", 2L);
    assertThat(job.lines)
        .contains(
            "RETAIN " + digest(3) + " [v3]: rule 1 keeps the 2 pushed last",
            "WOULD DEL " + digest(1) + " [v1]: no rule keeps it");
  }

  @Test
  void leavesRepositoriesAloneOfWhichNoRuleSaysAnything() {
    images(1, 3);
    String elsewhere =
        rule("nothing", 0, "**").replace("\"pattern\": \"**\"}]}", "\"pattern\": \"web/*\"}]}");
    TestJob job = new TestJob(policy(elsewhere), RetentionTasks.parameters(false));
    repository("library/web/front");

    Await.value(handler.run(job));

    assertThat(job.added).hasSize(1);
    assertThat(job.added.getFirst().attributes().toString()).contains("web/front");
  }

  @Test
  void goesOnFromItsCheckpoint() {
    images(1, 1200);
    long policy = policy(rule("latestPushedK", 100, "**"));
    TestJob job = job(policy, false).stopAfter(3);

    JobResult stopped = Await.value(handler.run(job));
    assertThat(stopped.stopped()).isTrue();
    assertThat(count()).isBetween(101L, 1199L);
    Await.done(database.update("UPDATE retention_policy SET rules = '[]'"));
    JobResult done = Await.value(handler.run(job.stopAfter(Integer.MAX_VALUE)));

    assertThat(done.stopped()).isFalse();
    assertThat(done.attributes()).containsEntry("total", 1200L).containsEntry("retained", 100L);
    assertThat(count()).isEqualTo(100);
  }

  @Test
  void countsWhatItDeletedBeforeItDiedWithoutACheckpoint() {
    images(1, 1200);
    TestJob job = job(policy(rule("latestPushedK", 100, "**")), false).stopAfter(2);
    Await.done(handler.run(job));
    long left = count();
    Optional<JsonValue> checkpoint = job.checkpoint();
    Await.done(handler.run(job.stopAfter(3)));
    assertThat(count()).isLessThan(left);

    JobResult done = Await.value(handler.run(job.backTo(checkpoint)));

    assertThat(done.attributes())
        .containsEntry("total", 1200L)
        .containsEntry("retained", 100L)
        .containsEntry("failed", 0L);
    assertThat(count()).isEqualTo(100);
  }

  @Test
  void deletesAnIndexAndWhatItNamesOfTheOtherHalf() {
    images(1, 400);
    Await.done(
        database.update(
            """
            INSERT INTO manifest_reference (manifest_id, repository_id, project_id, kind, digest)
            SELECT parent.id, $1, 1, 'c', child.digest
            FROM manifest AS parent, manifest AS child
            WHERE parent.digest = $2 AND child.digest = ANY ($3)
            """,
            repository,
            digest(399),
            new String[] {digest(1), digest(2), digest(3)}));

    JobResult result = run(false, rule("latestPushedK", 1, "**"));

    assertThat(result.attributes()).containsEntry("failed", 0L);
    assertThat(tags()).containsExactly("v400");
  }

  @Test
  void deletesMostOfTenThousandTags() {
    images(1, 10_000);
    long policy =
        policy(
            rule("latestPushedK", 100, "v*"),
            rule("latestPulledN", 100, "v*"),
            rule("latestActiveK", 1000, "*[02468]"));

    JobResult dry = whole(handler.run(job(policy, true)));
    JobResult result = whole(handler.run(job(policy, false)));

    assertThat(dry.attributes()).containsEntry("total", 10_000L);
    assertThat(result.attributes()).containsEntry("retained", count());
    assertThat(count()).isBetween(1000L, 1200L);
  }

  /** However slow the machine is: how fast it is, benchmarks say. */
  private static JobResult whole(Mono<JobResult> run) {
    return run.blockOptional(Duration.ofMinutes(5)).orElseThrow();
  }

  private List<String> keep(String... rules) {
    run(false, rules);
    return tags();
  }

  private JobResult run(boolean dryRun, String... rules) {
    return Await.value(handler.run(job(policy(rules), dryRun)));
  }

  private TestJob job(long policy, boolean dryRun) {
    return new TestJob(policy, Map.of("repository_id", repository, "dry_run", dryRun));
  }

  private long policy(String... rules) {
    String json = "[" + String.join(",", rules) + "]";
    RetentionPolicy policy =
        new RetentionPolicy(
            0, 1, RetentionRuleJson.parse(Json.parse(json.getBytes(UTF_8)).elements()), "");
    Await.done(database.update("DELETE FROM retention_policy"));
    return Await.value(database.inTx(tx -> policies.create(tx, policy)));
  }

  private static String rule(String template, int parameter, String tags) {
    return """
    {"action": "retain", "template": "%1$s", "params": {"%1$s": %2$d},
     "tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "%3$s",
      "extras": "{\\"untagged\\":true}"}],
     "scope_selectors": {"repository": [{"kind": "doublestar", "decoration": "repoMatches",
      "pattern": "**"}]}}
    """
        .formatted(template, parameter, tags);
  }

  private long repository(String name) {
    return Await.value(
        database.one(
            "INSERT INTO repository (project_id, name) VALUES (1, $1) RETURNING id",
            row -> Rows.number(row, "id"),
            name));
  }

  private void images(int first, int last) {
    Await.done(
        database.update(
            """
            WITH pushed AS (
              INSERT INTO manifest (repository_id, project_id, digest, media_type, annotations,
                size, bytes, type, tagged, pushed_at)
              SELECT $1, 1, 'sha256:' || lpad(n::text, 64, '0'), 'application/json', '{}', 2, '{}', 'IMAGE', true,
                $4 + n * interval '1 day'
              FROM generate_series($2::int, $3::int) n
              RETURNING id, digest)
            INSERT INTO tag (repository_id, name, manifest_id)
            SELECT $1, 'v' || ltrim(substr(digest, 8), '0'), id FROM pushed
            """,
            repository,
            first,
            last,
            Rows.timestamp(DAY_ZERO)));
    Await.done(database.update("ANALYZE manifest, tag"));
  }

  private void untagged(int n) {
    images(n, n);
    Await.done(database.update("DELETE FROM tag WHERE name = $1", "v" + n));
    Await.done(database.update("UPDATE manifest SET tagged = false WHERE digest = $1", digest(n)));
  }

  private static String digest(int n) {
    return "sha256:%064d".formatted(n);
  }

  private void retag(String from, String to) {
    Await.done(database.update("UPDATE tag SET name = $2 WHERE name = $1", from, to));
  }

  private void pull(String tag, int day) {
    Await.done(
        database.update(
            "UPDATE manifest SET pulled_at = $2 WHERE digest = $1",
            digest(Integer.parseInt(tag.substring(1))),
            Rows.timestamp(DAY_ZERO.plus(Duration.ofDays(day)))));
  }

  private List<String> tags() {
    return Await.value(
        database.many("SELECT name FROM tag ORDER BY name", row -> Rows.text(row, "name")));
  }

  private long count() {
    return Await.value(
        database.one("SELECT count(*) AS n FROM manifest", row -> Rows.number(row, "n")));
  }
}
