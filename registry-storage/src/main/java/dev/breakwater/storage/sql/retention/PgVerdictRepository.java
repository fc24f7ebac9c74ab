package dev.breakwater.storage.sql.retention;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.retention.Verdict;
import dev.breakwater.core.retention.Verdict.Outcome;
import dev.breakwater.core.retention.VerdictRepository;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** What runs of retention decided, a row for each artifact. */
public final class PgVerdictRepository implements VerdictRepository {
  /** Lists of tags come as JSON: arrays of arrays must have elements of one length. */
  static final String ADD =
      """
      INSERT INTO retention_verdict (task_id, manifest_id, digest, tags, outcome, reason)
      SELECT $1, id, digest, ARRAY (SELECT jsonb_array_elements_text(tags::jsonb)), outcome, reason
      FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
        AS given (id, digest, tags, outcome, reason)
      ON CONFLICT (task_id, manifest_id)
      DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason
      """;

  static final String SELECT =
      "SELECT manifest_id, digest, tags, outcome, reason FROM retention_verdict";
  static final String COUNT = "SELECT count(*) AS n FROM retention_verdict";
  static final String TALLY =
      """
      SELECT count(*) AS total,
        count(*) FILTER (WHERE outcome IN ('RETAIN', 'IMMUTABLE')) AS retained,
        count(*) FILTER (WHERE outcome = 'ERR') AS failed
      FROM retention_verdict WHERE task_id = $1
      """;

  static final ListColumns COLUMNS =
      ListColumns.orderedBy("manifest_id DESC", "manifest_id")
          .number("id", "manifest_id")
          .text("digest", "digest")
          .text("outcome", "outcome");

  /** What an index that stays names, stays; accessories and parts of indexes go along. */
  static final String FREED =
      """
      WITH RECURSIVE chosen AS MATERIALIZED (
        SELECT manifest_id AS id FROM retention_verdict WHERE task_id = $1 AND outcome = 'DEL'),
      doomed (id, project_id, digest, size) AS (
        SELECT manifest.id, manifest.project_id, manifest.digest, manifest.size::bigint
        FROM chosen JOIN manifest ON manifest.id = chosen.id AND manifest.repository_id = $2
        WHERE NOT EXISTS (
          SELECT FROM manifest_reference AS parent
          WHERE parent.project_id = manifest.project_id AND parent.digest = manifest.digest
            AND parent.repository_id = $2 AND parent.kind = 'c'
            AND parent.manifest_id NOT IN (SELECT id FROM chosen))
        UNION
        SELECT further.id, further.project_id, further.digest, further.size::bigint
        FROM doomed CROSS JOIN LATERAL (
          SELECT accessory.id, accessory.project_id, accessory.digest, accessory.size
          FROM manifest AS accessory
          WHERE accessory.repository_id = $2 AND accessory.accessory_of = doomed.digest
          UNION ALL
          SELECT child.id, child.project_id, child.digest, child.size
          FROM manifest_reference AS named
          JOIN manifest AS child
            ON child.repository_id = $2 AND child.digest = named.digest AND NOT child.tagged
          WHERE named.manifest_id = doomed.id AND named.kind = 'c'
            AND NOT EXISTS (
              SELECT FROM manifest_reference AS other
              WHERE other.project_id = child.project_id AND other.digest = child.digest
                AND other.repository_id = $2 AND other.kind = 'c'
                AND other.manifest_id <> doomed.id
                AND other.manifest_id NOT IN (SELECT id FROM chosen))) AS further),
      named AS (
        SELECT DISTINCT reference.project_id, reference.digest
        FROM doomed JOIN manifest_reference AS reference ON reference.manifest_id = doomed.id)
      SELECT (coalesce((SELECT sum(size) FROM doomed), 0) + coalesce((
        SELECT sum(blob.size)
        FROM named JOIN blob ON blob.digest = named.digest
        WHERE NOT EXISTS (
            SELECT FROM manifest_reference AS kept
            WHERE kept.project_id = named.project_id AND kept.digest = named.digest
              AND kept.repository_id = $2 AND kept.manifest_id NOT IN (SELECT id FROM doomed))
          AND NOT EXISTS (
            SELECT FROM repository_blob AS link
            WHERE link.blob_id = blob.id AND link.repository_id <> $2)), 0))::bigint AS bytes
      """;

  private final Database database;

  public PgVerdictRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Void> add(Tx tx, long taskId, List<Verdict> verdicts) {
    return verdicts.isEmpty()
        ? Mono.empty()
        : database
            .in(tx)
            .update(
                ADD,
                taskId,
                verdicts.stream().map(Verdict::artifactId).toArray(Long[]::new),
                texts(verdicts, Verdict::digest),
                texts(verdicts, verdict -> Json.writeText(verdict.tags())),
                texts(verdicts, verdict -> verdict.outcome().name()),
                texts(verdicts, Verdict::reason))
            .then();
  }

  @Override
  public Mono<Tally> tally(long taskId) {
    return database.one(
        TALLY,
        row ->
            new Tally(
                Rows.number(row, "total"),
                Rows.number(row, "retained"),
                Rows.number(row, "failed")),
        taskId);
  }

  private static String[] texts(List<Verdict> verdicts, Function<Verdict, String> text) {
    return verdicts.stream().map(text).toArray(String[]::new);
  }

  @Override
  public Mono<Slice<Verdict>> list(long taskId, ListRequest request) {
    return COLUMNS.slice(
        database, SELECT, COUNT, ofTask(taskId), request, PgVerdictRepository::verdict);
  }

  static Conditions ofTask(long taskId) {
    return new Conditions().and("task_id = ?", taskId);
  }

  @Override
  public Mono<Long> freed(long taskId, long repositoryId) {
    return database.one(FREED, row -> Rows.number(row, "bytes"), taskId, repositoryId);
  }

  private static Verdict verdict(Readable row) {
    return new Verdict(
        Rows.number(row, "manifest_id"),
        Rows.text(row, "digest"),
        List.of(Rows.get(row, "tags", String[].class)),
        Outcome.valueOf(Rows.text(row, "outcome")),
        Rows.text(row, "reason"));
  }
}
