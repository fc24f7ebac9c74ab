package dev.breakwater.storage.sql.audit;

import dev.breakwater.core.access.Role;
import dev.breakwater.core.audit.AuditEntry;
import dev.breakwater.core.audit.AuditRepository;
import dev.breakwater.core.audit.AuditRules.Fate;
import dev.breakwater.core.audit.AuditScope;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import dev.breakwater.storage.sql.outbox.EventJson;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The audit log as rows, a partition a month (of UTC). */
public final class PgAuditRepository implements AuditRepository {
  /** The transaction gets its number before its event gets one: see {@code core.outbox.Outbox}. */
  static final String INSERT =
      """
      WITH this AS MATERIALIZED (
        SELECT pg_current_xact_id() AS transaction_id
      ), line AS (
        INSERT INTO audit_log (project_id, operation, resource_type, resource, username,
                               description, successful, source_address, happened_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE $11
      )
      INSERT INTO outbox (id, event, happened_at)
      SELECT nextval('outbox_id'), $10::text::jsonb, $9 FROM this WHERE transaction_id IS NOT NULL
      """;

  /**
   * The same as CTEs of a larger statement, whose change is only told if it happened.
   *
   * @param first the number of the first of their parameters, which are {@link #values}
   * @param happened a condition on other CTEs
   */
  public static String recorded(int first, String happened) {
    return """
    told AS MATERIALIZED (
      SELECT pg_current_xact_id() AS transaction_id WHERE %12$s),
    line AS (
      INSERT INTO audit_log (project_id, operation, resource_type, resource, username,
                             description, successful, source_address, happened_at)
      SELECT $%1$d, $%2$d, $%3$d, $%4$d, $%5$d, $%6$d, $%7$d, $%8$d, $%9$d FROM told WHERE $%11$d),
    handed_on AS (
      INSERT INTO outbox (id, event, happened_at)
      SELECT nextval('outbox_id'), $%10$d::text::jsonb, $%9$d
      FROM told WHERE transaction_id IS NOT NULL)
    """
        .formatted(
            Stream.concat(
                    IntStream.range(first, first + 11).boxed().map(Object.class::cast),
                    Stream.of(happened))
                .toArray());
  }

  /** The same for many, numbered in their order. */
  static final String INSERT_ALL =
      """
      WITH this AS MATERIALIZED (
        SELECT pg_current_xact_id() AS transaction_id
      ), given AS MATERIALIZED (
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[],
            $6::text[], $7::boolean[], $8::text[], $9::text[], $10::boolean[])
          WITH ORDINALITY AS given (project_id, operation, resource_type, resource, username,
            description, successful, source_address, event, kept, position)
      ), line AS (
        INSERT INTO audit_log (project_id, operation, resource_type, resource, username,
                               description, successful, source_address, happened_at)
        SELECT project_id, operation, resource_type, resource, username, description, successful,
               source_address, $11
        FROM given WHERE kept ORDER BY position
      )
      INSERT INTO outbox (id, event, happened_at)
      SELECT nextval('outbox_id'), event::jsonb, $11
      FROM (SELECT event FROM given ORDER BY position) AS ordered, this
      WHERE transaction_id IS NOT NULL
      """;

  static final String SELECT =
      """
      SELECT id, project_id, operation, resource_type, resource, username, description, successful,
             source_address, happened_at
      FROM audit_log
      """;

  /** Nobody needs to know how many there are beyond this, and counting them all takes minutes. */
  static final int COUNTED = 10_000;

  /** With the conditions and the bound in between. */
  static final String COUNT =
      "SELECT count(*) AS n FROM (SELECT 1 FROM audit_log%s LIMIT %d) AS counted";

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
          .flag("op_result", "successful") // what the column is called in Harbor
          .text("operation_description", "description");

  /** One replica at a time; the others find it done. */
  private static final String LOCK = "SELECT 1 AS one FROM pg_advisory_xact_lock(7120442001)";

  /**
   * Made by itself and attached then: whoever reads or writes the log, such as an export that takes
   * its time, goes on, and nobody queues up behind us.
   */
  private static final String CREATE =
      "CREATE TABLE %s (LIKE audit_log INCLUDING DEFAULTS INCLUDING CONSTRAINTS)";

  private static final String ATTACH =
      "ALTER TABLE audit_log ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')";

  private static final String PARTITION = "audit_log_";

  private static final String MONTHS =
      """
      SELECT class.relname::text AS name
      FROM pg_inherits JOIN pg_class AS class ON class.oid = inhrelid
      WHERE inhparent = 'audit_log'::regclass AND class.relname ~ '^audit_log_[0-9]{4}_[0-9]{2}$'
      ORDER BY class.relname
      """;

  private static final String LABEL = "(operation || '_' || replace(resource_type, '-', '_'))";

  private static final String HAS_OTHERS =
      "SELECT EXISTS (SELECT 1 FROM %s WHERE " + LABEL + " <> ALL ($1)) AS others";

  private static final String BATCH =
      """
      WITH seen AS MATERIALIZED (
        SELECT happened_at, id, %1$s = ANY ($4) AS chosen
        FROM audit_log
        WHERE (happened_at, id) > ($1, $2) AND happened_at < $3
        ORDER BY happened_at, id
        LIMIT $5
      ), purged AS (%2$s)
      SELECT last.happened_at, last.id, (SELECT count(*) FROM purged) AS purged
      FROM (SELECT happened_at, id FROM seen ORDER BY happened_at DESC, id DESC LIMIT 1) AS last
      """;

  static final String COUNT_BATCH = BATCH.formatted(LABEL, "SELECT 1 FROM seen WHERE chosen");

  static final String PURGE_BATCH =
      BATCH.formatted(
          LABEL,
          """
          DELETE FROM audit_log AS line USING seen
          WHERE seen.chosen AND line.happened_at = seen.happened_at AND line.id = seen.id
            AND line.happened_at >= $1 AND line.happened_at < $3
          RETURNING 1
          """);

  private final Database database;

  public PgAuditRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Void> insert(Tx tx, Event event, Instant happenedAt, Fate fate) {
    return database.in(tx).update(INSERT, values(new Judged(event, fate), happenedAt)).then();
  }

  /** The parameters of {@link #INSERT}, and of what is {@link #recorded}. */
  public static Object[] values(Judged judged, Instant happenedAt) {
    Event event = judged.event();
    return new Object[] {
      Database.nullable(event.projectId().orElse(null), Long.class),
      event.type().operation(),
      event.type().resourceType(),
      event.resource(),
      event.username(),
      event.description(),
      event.successful(),
      event.address(),
      Rows.timestamp(happenedAt),
      EventJson.write(event, judged.fate() != Fate.IGNORED),
      judged.fate() == Fate.KEPT
    };
  }

  @Override
  public Mono<Void> insertAll(Tx tx, List<Judged> events, Instant happenedAt) {
    return database
        .in(tx)
        .update(
            INSERT_ALL,
            column(events, judged -> judged.event().projectId().orElse(null), Long[]::new),
            column(events, judged -> judged.event().type().operation(), String[]::new),
            column(events, judged -> judged.event().type().resourceType(), String[]::new),
            column(events, judged -> judged.event().resource(), String[]::new),
            column(events, judged -> judged.event().username(), String[]::new),
            column(events, judged -> judged.event().description(), String[]::new),
            column(events, judged -> judged.event().successful(), Boolean[]::new),
            column(events, judged -> judged.event().address(), String[]::new),
            column(
                events,
                judged -> EventJson.write(judged.event(), judged.fate() != Fate.IGNORED),
                String[]::new),
            column(events, judged -> judged.fate() == Fate.KEPT, Boolean[]::new),
            Rows.timestamp(happenedAt))
        .then();
  }

  private static <T> Object column(
      List<Judged> events, Function<Judged, @Nullable T> value, IntFunction<T[]> array) {
    return events.stream().map(value).toArray(array);
  }

  @Override
  public Mono<Slice<AuditEntry>> list(AuditScope scope, ListRequest request) {
    return Mono.defer(() -> {
      Conditions conditions = COLUMNS.narrow(conditions(scope), request.conditions());
      int bound = Math.max(COUNTED, request.offset() + request.limit() + 1);
      return ListColumns.slice(
          database,
          COLUMNS.page(SELECT, conditions, request),
          conditions,
          request,
          PgAuditRepository::entry,
          () ->
              database.one(
                  COUNT.formatted(conditions.where(), bound),
                  row -> Rows.number(row, "n"),
                  conditions.parameters()));
    });
  }

  static Conditions conditions(AuditScope scope) {
    Conditions conditions = new Conditions();
    return switch (scope) {
      case AuditScope.Everything _ -> conditions;
      case AuditScope.OfEveryProject _ -> conditions.and("project_id IS NOT NULL");
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
                .then(Mono.defer(() -> months(database.in(tx))))
                .flatMapMany(there ->
                    Flux.fromStream(() -> IntStream.range(0, months).mapToObj(first::plusMonths))
                        .filter(month -> !there.contains(month))
                        .concatMap(month -> create(database.in(tx), month)))
                .then(Mono.just(true)))
        .then();
  }

  /** No value of a client: only digits get in. */
  private static Mono<Long> create(Statements statements, YearMonth month) {
    String name = partition(month);
    String attach =
        String.format(Locale.ROOT, ATTACH, name, begin(month), begin(month.plusMonths(1)));
    return statements
        .update(CREATE.formatted(name))
        .then(Mono.defer(() -> statements.update(attach)));
  }

  private static String begin(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toString();
  }

  @Override
  public Mono<List<YearMonth>> months() {
    return months(database);
  }

  private static Mono<List<YearMonth>> months(Statements statements) {
    return statements
        .many(MONTHS, row -> Rows.text(row, "name"))
        .map(names -> names.stream().map(PgAuditRepository::month).toList());
  }

  private static YearMonth month(String name) {
    String digits = name.substring(PARTITION.length());
    return YearMonth.parse(digits.replace('_', '-'));
  }

  @Override
  public Mono<Boolean> hasOthers(YearMonth month, Set<String> labels) {
    return database.one(
        HAS_OTHERS.formatted(partition(month)),
        row -> Rows.flag(row, "others"),
        (Object) labels.toArray(new String[0]));
  }

  @Override
  public Mono<Long> count(YearMonth month) {
    return database.one(
        "SELECT count(*) AS n FROM " + partition(month), row -> Rows.number(row, "n"));
  }

  /** Whoever writes or reads the log would wait behind us: so we do not wait for long. */
  @Override
  public Mono<Void> drop(Tx tx, YearMonth month) {
    return database
        .in(tx)
        .update("SET LOCAL lock_timeout = '1s'")
        .then(Mono.defer(() -> database.in(tx).update("DROP TABLE " + partition(month))))
        .then(Mono.defer(() -> database.in(tx).update("SET LOCAL lock_timeout = DEFAULT")))
        .then();
  }

  @Override
  public Mono<Batch> purge(
      Tx tx, Position after, Instant before, Set<String> labels, boolean dryRun, int limit) {
    return database
        .in(tx)
        .one(
            dryRun ? COUNT_BATCH : PURGE_BATCH,
            PgAuditRepository::batch,
            Rows.timestamp(after.happenedAt()),
            after.id(),
            Rows.timestamp(before),
            labels.toArray(new String[0]),
            limit);
  }

  private static Batch batch(Readable row) {
    return new Batch(
        new Position(Rows.instant(row, "happened_at"), Rows.number(row, "id")),
        Rows.number(row, "purged"));
  }

  private static String partition(YearMonth month) {
    return String.format(
        Locale.ROOT, PARTITION + "%04d_%02d", month.getYear(), month.getMonthValue());
  }
}
