package dev.breakwater.storage.sql.audit;

import dev.breakwater.core.access.Role;
import dev.breakwater.core.audit.AuditEntry;
import dev.breakwater.core.audit.AuditRepository;
import dev.breakwater.core.audit.AuditScope;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Set;
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

  static final String SELECT =
      """
      SELECT id, project_id, operation, resource_type, resource, username, description, successful,
             source_address, happened_at
      FROM audit_log
      """;

  static final String COUNT = "SELECT count(*) AS n FROM audit_log";

  static final String OF_MEMBER =
      """
      project_id IN (
        SELECT project_id FROM project_member WHERE user_id = ? AND role = ANY (?)
        UNION ALL
        SELECT member.project_id
        FROM user_group_membership AS membership
        JOIN project_member AS member ON member.group_id = membership.group_id
        WHERE membership.user_id = ? AND member.role = ANY (?))\
      """;

  static final ListColumns COLUMNS =
      ListColumns.orderedBy("happened_at DESC, id DESC", "id")
          .number("id", "id")
          .text("username", "username")
          .text("resource", "resource")
          .text("resource_type", "resource_type")
          .text("operation", "operation")
          .time("op_time", "happened_at")
          .flag("operation_result", "successful")
          .text("operation_description", "description");

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
  public Mono<Slice<AuditEntry>> list(AuditScope scope, ListRequest request) {
    return COLUMNS.slice(
        database, SELECT, COUNT, conditions(scope), request, PgAuditRepository::entry);
  }

  static Conditions conditions(AuditScope scope) {
    Conditions conditions = new Conditions();
    return switch (scope) {
      case AuditScope.Everything _ -> conditions;
      case AuditScope.OfProject(long id) -> conditions.and("project_id = ?", id);
      case AuditScope.OfProjects(Set<Long> ids) ->
          conditions.and("project_id = ANY (?)", (Object) ids.toArray(new Long[0]));
      case AuditScope.OfMember(long userId, Set<Role> roles) -> {
        Long[] ids = roles.stream().map(role -> (long) role.id()).toArray(Long[]::new);
        yield conditions.and(OF_MEMBER, userId, ids, userId, ids);
      }
    };
  }

  private static AuditEntry entry(Readable row) {
    return new AuditEntry(
        Rows.number(row, "id"),
        Rows.find(row, "project_id", Long.class),
        Rows.text(row, "operation"),
        Rows.text(row, "resource_type"),
        Rows.text(row, "resource"),
        Rows.text(row, "username"),
        Rows.text(row, "description"),
        Rows.flag(row, "successful"),
        Rows.text(row, "source_address"),
        Rows.instant(row, "happened_at"));
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
