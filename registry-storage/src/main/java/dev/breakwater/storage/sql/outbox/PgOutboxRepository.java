package dev.breakwater.storage.sql.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.outbox.OutboxEvent;
import dev.breakwater.core.outbox.OutboxRepository;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The outbox as rows. Sequences are read as they are, outside of any transaction's view. */
public final class PgOutboxRepository implements OutboxRepository {
  /** The transaction takes its number after the sequence was read, and only if it has to. */
  private static final String MARK =
      """
      WITH given AS MATERIALIZED (
        SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS number FROM outbox_id
      )
      SELECT number, pg_current_xact_id()::text::bigint AS transaction_number
      FROM given WHERE number > $1
      """;

  /**
   * A server's snapshot names the transactions of all its databases. Those that surely belong to
   * another database are left out, whoever runs them: they have no events of ours, and may take
   * hours. The lock that each transaction holds on its own number says to whom it belongs; one
   * without is waited for.
   */
  private static final String RUNNING =
      """
      SELECT coalesce(
               (SELECT min(run.number::text::bigint)
                FROM pg_snapshot_xip(now.snapshot) AS run(number)
                WHERE NOT EXISTS (
                  SELECT FROM pg_locks AS lock
                  JOIN pg_stat_activity AS session ON session.pid = lock.pid
                  WHERE lock.locktype = 'transactionid' AND lock.granted
                    AND lock.mode = 'ExclusiveLock' AND lock.transactionid = run.number::xid
                    AND session.datname <> current_database())),
               pg_snapshot_xmax(now.snapshot)::text::bigint) AS oldest
      FROM (SELECT pg_current_snapshot() AS snapshot) AS now
      """;

  private static final String LEASE =
      """
      INSERT INTO outbox_cursor AS mine (consumer, position, holder, leased_until)
      VALUES ($1, 0, $2, now() + $3::bigint * interval '1 ms')
      ON CONFLICT (consumer) DO UPDATE
      SET holder = excluded.holder, leased_until = excluded.leased_until
      WHERE mine.holder IS NULL OR mine.holder = excluded.holder OR mine.leased_until < now()
      RETURNING position
      """;

  private static final String POSITION = "SELECT position FROM outbox_cursor WHERE consumer = $1";

  static final String READ =
      """
      SELECT id, event::text AS event, happened_at FROM outbox
      WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3
      """;

  private static final String ADVANCE =
      """
      UPDATE outbox_cursor SET position = greatest(position, $3)
      WHERE consumer = $1 AND holder = $2
      """;

  private static final String GIVE_UP =
      "UPDATE outbox_cursor SET holder = NULL, leased_until = NULL WHERE holder = $1";

  static final String REMOVE =
      """
      DELETE FROM outbox WHERE id = ANY (ARRAY (
        SELECT id FROM outbox
        WHERE id <= (SELECT min(position) FROM outbox_cursor WHERE consumer = ANY ($1))
          AND (SELECT count(*) FROM outbox_cursor WHERE consumer = ANY ($1))
              = cardinality($1::text[])
        ORDER BY id LIMIT $2
        FOR UPDATE SKIP LOCKED))
      """;

  private final Database database;

  public PgOutboxRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Mark> mark(long known) {
    return database.one(
        MARK,
        row -> new Mark(Rows.number(row, "number"), Rows.number(row, "transaction_number")),
        known);
  }

  @Override
  public Mono<Long> oldestRunning() {
    return database.one(RUNNING, row -> Rows.number(row, "oldest"));
  }

  @Override
  public Mono<Long> lease(String consumer, String holder, Duration lease) {
    return database.one(
        LEASE, row -> Rows.number(row, "position"), consumer, holder, lease.toMillis());
  }

  @Override
  public Mono<Long> position(String consumer) {
    return database.one(POSITION, row -> Rows.number(row, "position"), consumer);
  }

  @Override
  public Mono<Batch> read(long after, long upTo, int limit) {
    return database
        .many(READ, PgOutboxRepository::row, after, upTo, limit)
        .map(rows -> {
          boolean more = rows.size() == limit;
          return new Batch(
              rows.stream().flatMap(row -> row.event().stream()).toList(),
              more ? rows.getLast().id() : upTo,
              more);
        });
  }

  private static Row row(Readable row) {
    long id = Rows.number(row, "id");
    return new Row(
        id,
        EventJson.read(
            id,
            Json.parse(Rows.text(row, "event").getBytes(UTF_8)),
            Rows.instant(row, "happened_at")));
  }

  @Override
  public Mono<Boolean> advance(String consumer, String holder, long position) {
    return database.update(ADVANCE, consumer, holder, position).map(changed -> changed > 0);
  }

  @Override
  public Mono<Void> giveUp(String holder) {
    return database.update(GIVE_UP, holder).then();
  }

  @Override
  public Mono<Long> removeDelivered(List<String> consumers, int limit) {
    return database.update(REMOVE, consumers.toArray(new String[0]), limit);
  }

  /**
   * @param event empty: of a type that only a newer version knows
   */
  private record Row(long id, Optional<OutboxEvent> event) {}
}
