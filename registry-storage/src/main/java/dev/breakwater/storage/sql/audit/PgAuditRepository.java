package dev.breakwater.storage.sql.audit;

import dev.breakwater.core.audit.AuditRepository;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The audit log as rows, a partition a month (of UTC). */
public final class PgAuditRepository implements AuditRepository {
  static final String INSERT =
      """
      INSERT INTO audit_log (project_id, operation, resource_type, resource, username, description,
                             successful, source_address, happened_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      """;

  /** One replica at a time; the others find it done. */
  private static final String LOCK = "SELECT 1 AS one FROM pg_advisory_xact_lock(7120442001)";

  private static final String CREATE =
      "CREATE TABLE IF NOT EXISTS %s PARTITION OF audit_log FOR VALUES FROM ('%s') TO ('%s')";

  private final Database database;

  public PgAuditRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Void> insert(Tx tx, Event event, Instant happenedAt) {
    return database
        .in(tx)
        .update(
            INSERT,
            Database.nullable(event.projectId().orElse(null), Long.class),
            event.type().operation(),
            event.type().resourceType(),
            event.resource(),
            event.username(),
            event.description(),
            event.successful(),
            event.address(),
            Rows.timestamp(happenedAt))
        .then();
  }

  @Override
  public Mono<Void> ensurePartitions(YearMonth first, int months) {
    return database
        .inTx(tx ->
            database
                .in(tx)
                .one(LOCK, _ -> 1)
                .thenMany(
                    Flux.fromStream(() -> IntStream.range(0, months).mapToObj(first::plusMonths))
                        .concatMap(month -> database.in(tx).update(create(month))))
                .then(Mono.just(true)))
        .then();
  }

  /** No value of a client: only digits get in. */
  private static String create(YearMonth month) {
    String name =
        String.format(Locale.ROOT, "audit_log_%04d_%02d", month.getYear(), month.getMonthValue());
    return String.format(Locale.ROOT, CREATE, name, begin(month), begin(month.plusMonths(1)));
  }

  private static String begin(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toString();
  }
}
