package dev.breakwater.storage.sql.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.audit.PurgeAuditLog;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.job.TestJob;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three months of lines, as of the middle of March. */
class PurgeAuditLogTest {
  private static final InstantSource NOW =
      InstantSource.fixed(Instant.parse("2026-03-15T00:00:00Z"));
  private static final String EVERYTHING =
      Arrays.stream(EventType.values()).map(EventType::label).collect(Collectors.joining(","));

  private final Database database = TestDatabase.migrated();
  private final PgAuditRepository audit = new PgAuditRepository(database);
  private final PurgeAuditLog purge = new PurgeAuditLog(audit, database, NOW);

  @BeforeEach
  void fill() {
    Await.done(audit.ensurePartitions(YearMonth.of(2026, 1), 3));
    Await.done(
        database.update(
            """
            INSERT INTO audit_log (operation, resource_type, resource, username, description,
                                   successful, source_address, happened_at)
            SELECT CASE n % 3 WHEN 0 THEN 'pull' ELSE 'create' END, 'artifact', 'x', 'y', '', true,
                   '', timestamptz '2026-01-01Z' + n * interval '1 minute'
            FROM generate_series(0, 99999) n
            """));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void dropsWholeMonthsAndRemovesTheRestInBatches() {
    TestJob run = job(EVERYTHING, false);

    JobResult result = Await.value(purge.run(run));

    // What is older than 5 March: 31 + 28 + 4 days of 1440 minutes.
    assertThat(result.attributes())
        .containsEntry("purged", 63L * 1440)
        .containsEntry("dropped_months", 2L);
    assertThat(count("happened_at < '2026-03-05Z'")).isZero();
    assertThat(Await.value(audit.months())).containsExactly(YearMonth.of(2026, 3));
  }

  @Test
  void keepsWhatIsOfOtherTypes() {
    TestJob run = job("pull_artifact", false);

    JobResult result = Await.value(purge.run(run));

    assertThat(result.attributes()).containsEntry("dropped_months", 0L);
    assertThat(count("operation = 'create'")).isEqualTo(66_666);
    assertThat(count("operation = 'pull' AND happened_at < '2026-03-05Z'")).isZero();
    assertThat(run.checkpoints()).as("a checkpoint a batch").isGreaterThan(10);
  }

  @Test
  void onlyCountsWhenItShallNotRemove() {
    JobResult result = Await.value(purge.run(job("pull_artifact", true)));

    assertThat(result.attributes()).containsEntry("purged", 21L * 1440);
    assertThat(count("TRUE")).isEqualTo(100_000);
  }

  @Test
  void goesOnFromItsCheckpoint() {
    TestJob job = job("create_artifact", false).stopAfter(3);
    assertThat(Await.value(purge.run(job)).stopped()).isTrue();

    JobResult result = Await.value(purge.run(job.stopAfter(Integer.MAX_VALUE)));

    assertThat(result.attributes()).containsEntry("purged", 42L * 1440);
    assertThat(count("operation = 'create' AND happened_at < '2026-03-05Z'")).isZero();
  }

  private static TestJob job(String types, boolean dryRun) {
    return new TestJob(
        -1,
        Map.of("audit_retention_hour", 24 * 10, "include_event_types", types, "dry_run", dryRun));
  }

  private long count(String condition) {
    return Await.value(
        database.one(
            "SELECT count(*) AS n FROM audit_log WHERE " + condition,
            row -> Rows.number(row, "n")));
  }
}
