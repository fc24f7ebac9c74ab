package dev.breakwater.storage.sql.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.job.TaskClaims.Claim;
import dev.breakwater.core.job.TaskLog;
import dev.breakwater.core.retention.Verdict;
import dev.breakwater.core.retention.Verdict.Outcome;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.retention.PgVerdictRepository;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

final class PgTaskProgressTest {
  private static final Claim CLAIM = new Claim(1, 0);

  private final Database database = TestDatabase.migrated();
  private final PgTaskProgress progress = new PgTaskProgress(database);
  private final PgVerdictRepository verdicts = new PgVerdictRepository(database);

  @AfterEach
  void close() {
    database.close();
  }

  /** As the two halves of a page of retention do. */
  @Test
  void letsTwoTransactionsOfATaskLogWithoutWaitingForEachOther() {
    TestJob.insert(database);

    Await.done(
        database.inTx(first ->
            verdict(first, 1)
                .then(
                    Mono.defer(
                        () -> database.inTx(second -> verdict(second, 2).then(log(second, "2")))))
                .then(Mono.defer(() -> log(first, "1")))));

    assertThat(
            Await.value(
                database.many(
                    "SELECT line FROM job_log WHERE task_id = $1 ORDER BY id",
                    row -> Rows.text(row, "line"),
                    CLAIM.taskId())))
        .containsExactly("2", "1");
  }

  private Mono<Void> verdict(Tx tx, long artifact) {
    return verdicts.add(
        tx,
        CLAIM.taskId(),
        List.of(new Verdict(artifact, "sha256:1", List.of(), Outcome.DEL, "no rule keeps it")));
  }

  private Mono<Void> log(Tx tx, String line) {
    return progress.log(tx, CLAIM, List.of(new TaskLog.Line(Instant.EPOCH, line)));
  }
}
