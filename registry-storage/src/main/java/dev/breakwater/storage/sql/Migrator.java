package dev.breakwater.storage.sql;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.StorageUnusableException;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Brings the schema up to this program, and refuses a database that does not fit it.
 *
 * <p>Each step is one transaction under an advisory lock, so replicas may start at once: one
 * applies the step, the others find it applied. A newer program's schema is accepted as long as it
 * says that it still serves this version (expand first, contract in a later release).
 *
 * <p>Older replicas go on while a step is taken. Whoever wants a table for itself queues all others
 * behind it, so a step that does not get a table at once gives way, sooner than the server would
 * see a deadlock, and is tried again: a long transaction (an export) holds up the new replica
 * alone. For the same reason a step that alters tables in use alters one.
 */
public final class Migrator {
  /** Any number will do as long as nobody else uses it. */
  static final long LOCK = 0x62_72_65_61_6b_77L;

  static final int OLDEST_SERVER = 15;

  private static final Logger log = LoggerFactory.getLogger(Migrator.class);
  private static final ProgramVersion NONE = new ProgramVersion(List.of());

  private static final String SERVER =
      """
      SELECT current_setting('server_version_num')::int / 10000 AS version,
             current_setting('server_version') AS text,
             current_setting('server_encoding') AS encoding,
             to_regclass('schema_step') IS NOT NULL AS prepared
      """;

  private static final String BOOKKEEPING =
      """
      CREATE TABLE IF NOT EXISTS schema_step (
        number int PRIMARY KEY,
        name text NOT NULL,
        checksum text NOT NULL,
        serves text NOT NULL,
        applied_by text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
      )
      """;

  private static final String APPLIED =
      """
      SELECT number, checksum, serves, applied_by FROM schema_step ORDER BY number LIMIT 10000
      """;

  /** A step takes as long as it takes, and so does that of another replica. */
  private static final String UNLIMITED =
      "SELECT set_config('statement_timeout', '0', true) AS unlimited";

  /** Less than the server's {@code deadlock_timeout} of a second. */
  private static final String GIVE_WAY =
      "SELECT set_config('lock_timeout', '500ms', true) AS patience";

  private static final int TURNS = 100;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private static final String RECORD =
      """
      INSERT INTO schema_step (number, name, checksum, serves, applied_by)
      VALUES ($1, $2, $3, $4, $5)
      """;

  private final Database database;
  private final ProgramVersion program;
  private final List<Migration> migrations;

  Migrator(Database database, ProgramVersion program, List<Migration> migrations) {
    this.database = database;
    this.program = program;
    this.migrations = migrations;
  }

  /**
   * @param programVersion such as {@code 0.1.0}
   * @return an error of the type {@link StorageUnusableException} when the database cannot be used;
   *     its message is for the operator
   */
  public static Mono<Void> migrate(Database database, String programVersion) {
    return Mono.defer(() ->
        new Migrator(database, ProgramVersion.parse(programVersion), Migration.all()).migrate());
  }

  /**
   * The steps that were applied to the database of this transaction, in order.
   *
   * @return an error if it is no database of this program
   */
  public static Mono<List<SchemaStep>> applied(Statements statements) {
    return statements.many(
        "SELECT number, name, checksum FROM schema_step ORDER BY number LIMIT 10000",
        row ->
            new SchemaStep(
                Rows.get(row, "number", Integer.class),
                Rows.text(row, "name"),
                Rows.text(row, "checksum")));
  }

  /** The steps that this program knows, in order. */
  public static List<SchemaStep> known() {
    return Migration.all().stream()
        .map(step -> new SchemaStep(step.number(), step.name(), step.checksum()))
        .toList();
  }

  /** Refuses a server that is too old, or a database of another encoding. */
  public static Mono<Void> requireUsable(Database database) {
    return Mono.defer(() -> new Migrator(database, NONE, List.of()).requireUsable());
  }

  /**
   * Takes some steps with an empty schema, or with one that this began, as a part of the
   * transaction; whoever else migrates waits for its end.
   *
   * @param steps those that were taken before are left out
   */
  public static Mono<Void> migrateIn(
      Database database, Tx tx, String programVersion, List<SchemaStep> steps) {
    return Mono.defer(() ->
        new Migrator(database, ProgramVersion.parse(programVersion), Migration.all())
            .migrateIn(tx, steps));
  }

  private Mono<Void> migrateIn(Tx tx, List<SchemaStep> steps) {
    Set<Integer> wanted = steps.stream().map(SchemaStep::number).collect(Collectors.toSet());
    return lock(tx)
        .then(Mono.defer(() -> database.in(tx).update(BOOKKEEPING)))
        .then(Mono.defer(() -> database.in(tx).many(APPLIED, Migrator::step)))
        .map(this::pending)
        .flatMapMany(Flux::fromIterable)
        .filter(migration -> wanted.contains(migration.number()))
        .concatMap(migration -> run(tx, migration))
        .then();
  }

  private Mono<Void> requireUsable() {
    return database
        .one(SERVER, this::server)
        .onErrorMap(RegistryException.class, this::unreachable)
        .map(this::requireUsable)
        .then();
  }

  Mono<Void> migrate() {
    return database
        .one(SERVER, this::server)
        .onErrorMap(RegistryException.class, this::unreachable)
        .map(this::requireUsable)
        .flatMap(server -> server.prepared() ? Mono.just(server) : prepare().thenReturn(server))
        .then(database.many(APPLIED, Migrator::step))
        .doOnNext(this::tellIfNewer)
        .map(this::pending)
        .flatMapMany(Flux::fromIterable)
        .concatMap(this::apply)
        .then();
  }

  /** So it is in the middle of a rolling upgrade, and on the way back from one. */
  private void tellIfNewer(List<Step> applied) {
    Set<Integer> known = migrations.stream().map(Migration::number).collect(Collectors.toSet());
    applied.stream()
        .filter(step -> !known.contains(step.number()))
        .reduce((_, last) -> last)
        .ifPresent(step ->
            log.info(
                "database schema: newer than this program, which is version {}: step {} came with"
                    + " version {} and serves version {} and newer",
                program,
                step.number(),
                step.appliedBy(),
                step.serves()));
  }

  private Mono<Void> prepare() {
    return database.inTx(tx -> lock(tx).then(database.in(tx).update(BOOKKEEPING)).then());
  }

  /** What is not applied yet. */
  private List<Migration> pending(List<Step> applied) {
    Map<Integer, Step> byNumber =
        applied.stream().collect(Collectors.toMap(Step::number, Function.identity()));
    applied.forEach(this::requireServed);
    List<Migration> pending = new ArrayList<>();
    for (Migration migration : migrations) {
      Step step = byNumber.get(migration.number());
      if (step == null) {
        pending.add(migration);
      } else if (!step.checksum().equals(migration.checksum())) {
        throw new StorageUnusableException(
            "Step "
                + migration.number()
                + " of the database's schema was made by another build of this program than the one"
                + " that starts. Start the build that made it, or restore a backup.");
      }
    }
    return pending;
  }

  private Mono<Void> apply(Migration migration) {
    return database
        .inTx(tx ->
            lock(tx)
                .then(Mono.defer(() -> database.in(tx).many(APPLIED, Migrator::step)))
                .map(this::pending)
                .filter(pending -> pending.contains(migration))
                .delayUntil(_ -> database.in(tx).one(GIVE_WAY, _ -> 1L))
                .flatMap(_ -> run(tx, migration)))
        .retryWhen(
            Retry.backoff(TURNS, FIRST_PAUSE)
                .maxBackoff(LONGEST_PAUSE)
                .filter(SqlErrors::isLockTimeout)
                .doBeforeRetry(_ -> tellOfWaiting(migration))
                .onRetryExhaustedThrow((_, last) -> last.failure()))
        .onErrorMap(
            error -> !(error instanceof StorageUnusableException),
            error ->
                new StorageUnusableException(
                    "Step "
                        + migration.number()
                        + " of the database's schema failed: "
                        + error.getMessage(),
                    error));
  }

  private static void tellOfWaiting(Migration migration) {
    log.warn(
        "database schema: step {} ({}) waits for a table that another transaction holds",
        migration.number(),
        migration.name());
  }

  private Mono<Void> run(Tx tx, Migration migration) {
    return database
        .script(tx, migration.sql())
        .then(
            database
                .in(tx)
                .update(
                    RECORD,
                    migration.number(),
                    migration.name(),
                    migration.checksum(),
                    migration.serves().toString(),
                    program.toString()))
        .doOnSuccess(
            _ -> log.info("database schema: step {} ({})", migration.number(), migration.name()))
        .then();
  }

  private Mono<Long> lock(Tx tx) {
    return database
        .in(tx)
        .one(UNLIMITED, _ -> 1L)
        .then(
            Mono.defer(() ->
                database.in(tx).one("SELECT 1 FROM pg_advisory_xact_lock($1)", _ -> 1L, LOCK)));
  }

  private void requireServed(Step step) {
    if (program.compareTo(step.serves()) < 0) {
      throw new StorageUnusableException(
          "The database's schema serves program version "
              + step.serves()
              + " and newer, this is version "
              + program
              + ". Start version "
              + step.serves()
              + " or newer.");
    }
  }

  private Server requireUsable(Server server) {
    if (server.version() < OLDEST_SERVER) {
      throw new StorageUnusableException(
          "The database server is PostgreSQL "
              + server.text()
              + "; this program needs PostgreSQL "
              + OLDEST_SERVER
              + " or newer. Upgrade the server or set database.url to another one.");
    }
    if (!server.encoding().equals("UTF8")) {
      throw new StorageUnusableException(
          "The database "
              + database.settings().database()
              + " has the encoding "
              + server.encoding()
              + "; this program needs UTF8. Create it with ENCODING 'UTF8' TEMPLATE template0.");
    }
    return server;
  }

  private StorageUnusableException unreachable(RegistryException error) {
    Throwable reason = error.getCause() == null ? error : error.getCause();
    return new StorageUnusableException(
        "The database "
            + database.settings()
            + " cannot be reached: "
            + reason.getMessage()
            + ". Check database.url, database.username and database.password.",
        error);
  }

  private Server server(Readable row) {
    return new Server(
        Rows.get(row, "version", Integer.class),
        Rows.get(row, "text", String.class),
        Rows.get(row, "encoding", String.class),
        Rows.get(row, "prepared", Boolean.class));
  }

  private static Step step(Readable row) {
    return new Step(
        Rows.get(row, "number", Integer.class),
        Rows.get(row, "checksum", String.class),
        ProgramVersion.parse(Rows.get(row, "serves", String.class)),
        Rows.get(row, "applied_by", String.class));
  }

  private record Server(int version, String text, String encoding, boolean prepared) {}

  private record Step(int number, String checksum, ProgramVersion serves, String appliedBy) {}
}
