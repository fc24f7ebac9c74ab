package dev.breakwater.storage.sql.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.audit.PurgeAuditLog;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.job.TaskStart;
import dev.breakwater.core.job.Trigger;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

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
    Run run = new Run(24 * 10, EVERYTHING, false);

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
    Run run = new Run(24 * 10, "pull_artifact", false);

    JobResult result = Await.value(purge.run(run));

    assertThat(result.attributes()).containsEntry("dropped_months", 0L);
    assertThat(count("operation = 'create'")).isEqualTo(66_666);
    assertThat(count("operation = 'pull' AND happened_at < '2026-03-05Z'")).isZero();
    assertThat(run.states).as("a checkpoint a batch").hasSizeGreaterThan(10);
  }

  @Test
  void onlyCountsWhenItShallNotRemove() {
    JobResult result = Await.value(purge.run(new Run(24 * 10, "pull_artifact", true)));

    assertThat(result.attributes()).containsEntry("purged", 21L * 1440);
    assertThat(count("TRUE")).isEqualTo(100_000);
  }

  @Test
  void goesOnFromItsCheckpoint() {
    Run broken = new Run(24 * 10, "create_artifact", false);
    broken.stopAfter = 3;
    assertThat(Await.value(purge.run(broken)).stopped()).isTrue();
    Run next = new Run(24 * 10, "create_artifact", false);
    next.from = Optional.of(broken.states.getLast());

    JobResult result = Await.value(purge.run(next));

    assertThat(result.attributes()).containsEntry("purged", 42L * 1440);
    assertThat(count("operation = 'create' AND happened_at < '2026-03-05Z'")).isZero();
  }

  private long count(String condition) {
    return Await.value(
        database.one(
            "SELECT count(*) AS n FROM audit_log WHERE " + condition,
            row -> Rows.number(row, "n")));
  }

  /** A run outside of the engine. */
  private static final class Run implements JobContext {
    private final List<Map<String, ?>> states = new ArrayList<>();
    private final Map<String, Object> parameters;
    private Optional<Map<String, ?>> from = Optional.empty();
    private int stopAfter = Integer.MAX_VALUE;

    Run(int hours, String types, boolean dryRun) {
      parameters =
          Map.of("audit_retention_hour", hours, "include_event_types", types, "dry_run", dryRun);
    }

    @Override
    public long taskId() {
      return 1;
    }

    @Override
    public long executionId() {
      return 1;
    }

    @Override
    public long ownerId() {
      return -1;
    }

    @Override
    public Trigger trigger() {
      return Trigger.MANUAL;
    }

    @Override
    public JsonValue parameters() {
      return Json.parse(Json.write(parameters));
    }

    @Override
    public Optional<JsonValue> checkpoint() {
      return from.map(state -> Json.parse(Json.write(state)));
    }

    @Override
    public Mono<Void> checkpoint(Map<String, ?> state) {
      return Mono.fromRunnable(() -> states.add(state));
    }

    @Override
    public Mono<Void> checkpoint(Tx tx, Map<String, ?> state) {
      return checkpoint(state);
    }

    @Override
    public Mono<Void> addTasks(Tx tx, List<TaskStart> tasks) {
      return Mono.error(new IllegalStateException("there is one task"));
    }

    @Override
    public void log(String line) {}

    @Override
    public boolean stopRequested() {
      return states.size() >= stopAfter;
    }
  }
}
