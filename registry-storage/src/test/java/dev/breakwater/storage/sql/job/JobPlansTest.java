package dev.breakwater.storage.sql.job;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.query.Conditions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 50,000 executions, 100,000 tasks. */
final class JobPlansTest {
  private static Database database;

  @BeforeAll
  static void fill() {
    database = TestDatabase.migrated();
    Await.done(
        database.update(
            """
            INSERT INTO job_execution (kind, owner_id, status, trigger, attributes, ended_at)
            SELECT 'RETENTION', n % 50, 'Success', 'MANUAL', '{}', now()
            FROM generate_series(1, 50000) n
            """));
    Await.done(
        database.update(
            """
            INSERT INTO job_task (execution_id, kind, status, parameters, attributes, due_at)
            SELECT n % 50000 + 1, CASE n % 10 WHEN 0 THEN 'WEBHOOK' ELSE 'RETENTION' END,
              CASE n % 20 WHEN 0 THEN 'Pending' ELSE 'Success' END, '{}', '{}',
              CASE n % 20 WHEN 0 THEN now() END
            FROM generate_series(1, 100000) n
            """));
    Await.done(
        database.update(
            """
            INSERT INTO job_log (task_id, written_at, line)
            SELECT n % 100000 + 1, now(), 'line' FROM generate_series(1, 100000) n
            """));
    Await.done(database.update("VACUUM ANALYZE"));
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void takesATaskByIndex() {
    Plan.of(database, PgTaskClaims.CLAIM, "WEBHOOK", "pool", 20_000L, 0)
        .findsByIndex()
        .doesNotSort();
    Plan.of(database, PgTaskClaims.DUE, (Object) new String[] {"WEBHOOK", "RETENTION"})
        .uses("job_task_due");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``            | ``",
        "status=Error  | ``",
        "trigger=EVENT | -id",
      })
  void listsAPageOfExecutions(String query, String sort) {
    ListRequest request =
        new ListRequest(QueryParser.conditions(query), QueryParser.orders(sort), 0, 100);
    Conditions conditions =
        PgJobRepository.EXECUTION_COLUMNS.narrow(
            new Conditions().and("kind = ?", "RETENTION").and("owner_id = ?", 7L),
            request.conditions());

    Plan.of(
            database,
            PgJobRepository.EXECUTION_COLUMNS.page(PgJobRepository.EXECUTIONS, conditions, request),
            conditions.parameters(0, 100))
        .findsByIndex();
  }

  @Test
  void looksAtQueuesByIndex() {
    String[] kinds = {"WEBHOOK", "RETENTION"};
    Plan.of(database, PgQueueRepository.QUEUES, (Object) kinds)
        .neverScans("job_task")
        .uses("job_task_due")
        .uses("job_task_running");
    Plan.of(database, PgQueueRepository.STOP_PENDING, (Object) kinds).findsByIndex();
  }

  @Test
  void findsWhatRunsByIndex() {
    Plan.of(database, PgQueueRepository.RUNNING, "").findsByIndex();
    Plan.of(database, PgQueueRepository.RUNNING, "pool").findsByIndex();
    Plan.of(database, PgQueueRepository.STOP_RUNNING).findsByIndex();
    Plan.of(database, PgJobRepository.STOP_EXECUTION, 7L).findsByIndex();
  }

  @Test
  void sweepsOldExecutionsByIndex() {
    Plan.of(database, PgJobRepository.SWEEP, "RETENTION", 50, 1000).findsByIndex().doesNotSort();
    Plan.of(database, PgJobRepository.KINDS).findsByIndex();
  }

  @Test
  void listsTasksAndLogsByIndex() {
    ListRequest request = ListRequest.all(0, 100);
    Conditions conditions = new Conditions().and("execution_id = ?", 7L);
    Plan.of(
            database,
            PgJobRepository.TASK_COLUMNS.page(PgJobRepository.TASKS, conditions, request),
            conditions.parameters(0, 100))
        .findsByIndex();
    Plan.of(database, PgJobRepository.LOG, 7L).findsByIndex();
    Plan.of(database, PgJobRepository.LOG_OF_EXECUTION, 7L).findsByIndex();
  }
}
