package dev.breakwater.storage.sql;

import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;
import reactor.util.retry.Retry;

/**
 * The pool of connections. A connection never leaves this class and {@link TxConnection}: a
 * statement is either run for itself here, or in a transaction that {@link #inTx} makes.
 *
 * <p>The driver runs one statement at a time on a connection and breaks when a second one comes
 * before the first one's rows were read. So every result is collected at once, and a transaction
 * refuses a statement while another one runs.
 *
 * <p>Every commit is durable. A statement whose effect need not outlive the machine begins with
 * {@code WITH relaxed AS (SELECT set_config('synchronous_commit', 'off', true))} and selects from
 * it: its own transaction then commits without waiting for the disk, in the same round trip.
 *
 * <p>Work is repeated where nothing can have happened: when the server undid a transaction, when a
 * connection could not be had, when it broke before the commit was sent, and when it broke under a
 * statement that only reads or may be run twice. A commit whose answer was lost is not: nobody
 * knows whether it happened, and the client is told that the database was away.
 *
 * <p>Errors: UNAVAILABLE when the server is away, starting or overloaded, or no connection is free
 * for the time that the settings say; STORAGE_FULL; CONFLICT on a duplicate. Anything else is a bug
 * and stays what it is.
 */
public final class Database implements Transactions, Statements, AutoCloseable {
  /** A server that restarts is back within this, mostly. */
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(800);
  private static final int RECONNECTS = 5;

  private final ConnectionPool pool;
  private final OpenConnections connections;
  private final LoopResources loops;
  private final DatabaseSettings settings;
  private final DatabaseWatch watch = new DatabaseWatch(this);

  private Database(
      ConnectionPool pool,
      OpenConnections connections,
      LoopResources loops,
      DatabaseSettings settings) {
    this.pool = pool;
    this.connections = connections;
    this.loops = loops;
    this.settings = settings;
  }

  /** Makes a pool that connects when it is first used. */
  public static Database connect(DatabaseSettings settings) {
    // Its own threads, so that a busy server loop does not stall SQL; not colocated, so that
    // connections opened from one of them do not all land on it.
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);
    LoopResources loops = LoopResources.create("postgres", -1, threads, true, false);
    PoolSettings wanted = settings.pool();
    OpenConnections connections =
        new OpenConnections(DriverConfiguration.factory(settings, loops), wanted.connectTimeout());
    ConnectionPool pool =
        new ConnectionPool(
            ConnectionPoolConfiguration.builder(connections.forPool(!wanted.pooler()))
                .name("postgres")
                .initialSize(0)
                .maxSize(wanted.size())
                .maxIdleTime(wanted.maxIdle())
                .maxLifeTime(wanted.maxLife())
                .backgroundEvictionInterval(Duration.ofSeconds(30))
                .maxAcquireTime(wanted.acquireTimeout())
                .acquireRetry(0)
                .validationDepth(ValidationDepth.LOCAL)
                .build());
    return new Database(pool, connections, loops, settings);
  }

  /** A parameter that may be absent. */
  public static Object nullable(@Nullable Object value, Class<?> type) {
    return value == null ? Parameters.in(type) : value;
  }

  @Override
  public <T> Mono<T> one(String sql, Function<Readable, T> mapper, Object... parameters) {
    return run(
        connection -> SqlStatement.one(connection, sql, mapper, parameters),
        SqlStatement.onlyReads(sql));
  }

  /**
   * The only row, or empty, of a statement that changes nothing when it is run once more: it is
   * repeated when its answer was lost.
   */
  public <T> Mono<T> oneRepeatable(String sql, Function<Readable, T> mapper, Object... parameters) {
    return run(connection -> SqlStatement.one(connection, sql, mapper, parameters), true);
  }

  @Override
  public <T> Mono<List<T>> many(String sql, Function<Readable, T> mapper, Object... parameters) {
    return run(
        connection -> SqlStatement.many(connection, sql, mapper, parameters),
        SqlStatement.onlyReads(sql));
  }

  @Override
  public Mono<Long> update(String sql, Object... parameters) {
    return run(connection -> SqlStatement.update(connection, sql, parameters), false);
  }

  /** Statements of this transaction; one at a time. */
  public Statements in(Tx tx) {
    return connectionOf(tx);
  }

  private TxConnection connectionOf(Tx tx) {
    if (tx instanceof TxConnection statements && statements.belongsTo(this)) {
      return statements;
    }
    throw new IllegalArgumentException("a transaction of another database: " + tx);
  }

  @Override
  public <T> Mono<T> inTx(Function<Tx, Mono<T>> work) {
    return Repetition.of(onConnection(borrowed -> inTx(borrowed, work)), watch);
  }

  /**
   * Again when the server undid it for the sake of another transaction, or when the connection
   * broke and nothing can have happened.
   *
   * @param repeatable it does not matter whether it happened before
   */
  private <T> Mono<T> run(Function<Connection, Mono<T>> work, boolean repeatable) {
    return Repetition.of(
        onConnection(borrowed -> work.apply(borrowed.connection()))
            .onErrorMap(error -> repeatable && SqlErrors.isLoss(error), NothingHappened::new),
        watch);
  }

  /**
   * The commit is a part of the work, so that its error is one of the work: a clean-up that fails
   * is reported by another exception, which nobody would repeat or understand.
   */
  private <T> Mono<T> inTx(BorrowedConnection borrowed, Function<Tx, Mono<T>> work) {
    return borrowed
        .begin()
        .thenReturn(new TxConnection(this, borrowed.connection()))
        .flatMap(work)
        .onErrorMap(SqlErrors::isLoss, NothingHappened::new)
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        .flatMap(result -> borrowed.commit().then(Mono.justOrEmpty(result)));
  }

  private <T> Mono<T> onConnection(Function<BorrowedConnection, Mono<T>> work) {
    return Mono.usingWhen(
        acquire().map(BorrowedConnection::new),
        work,
        BorrowedConnection::giveBack,
        BorrowedConnection::giveBackAfter,
        BorrowedConnection::takeBack);
  }

  /** Waits for a server that restarts, unless it is known to be away for longer. */
  private Mono<Connection> acquire() {
    return pool.create()
        // Past all those that died while they were idle.
        .retryWhen(Retry.max(settings.pool().size()).filter(SqlErrors::isStale))
        .retryWhen(
            Retry.backoff(RECONNECTS, FIRST_PAUSE)
                .maxBackoff(LONGEST_PAUSE)
                .filter(error -> SqlErrors.isLoss(error) && watch.isAnswering())
                .onRetryExhaustedThrow((_, last) -> last.failure()))
        .onErrorMap(SqlErrors::translate);
  }

  /**
   * What is sent to these channels, each as channel and payload; on a connection of its own, which
   * is closed when nobody listens any more. Fails when the connection ends, or leads nowhere.
   *
   * @param channels names of ours, no client's
   * @param listening called once it hears
   */
  public Flux<Map.Entry<String, String>> listen(List<String> channels, Runnable listening) {
    return Flux.usingWhen(
        ownConnection(),
        connection -> Listening.on(connection, channels, listening),
        OpenConnections::leave);
  }

  /** Whether LISTEN hears anything: not behind a pool that lends connections by the transaction. */
  public boolean canListen() {
    return !settings.pool().pooler();
  }

  /** Knows whether the server answers; to be run. */
  public DatabaseWatch watch() {
    return watch;
  }

  /** A connection outside of the pool, for a part of the program that keeps one. */
  Mono<PostgresqlConnection> ownConnection() {
    return connections.create();
  }

  /** Whoever waits for an answer of the server gets an error. */
  Mono<Void> breakConnections() {
    return connections.breakAll();
  }

  /** Runs a script of several statements without parameters, in a transaction. */
  Mono<Void> script(Tx tx, String sql) {
    return connectionOf(tx).script(sql);
  }

  /**
   * Appends rows to a table, as a part of the transaction.
   *
   * @param sql {@code COPY ... FROM STDIN}
   * @param rows in the text format of {@code COPY}, whole lines
   * @return how many rows
   */
  public Mono<Long> copy(Tx tx, String sql, byte[] rows) {
    return connectionOf(tx).copy(sql, rows);
  }

  /** How the pool is used now. */
  public PoolUse poolUse() {
    PoolMetrics metrics =
        pool.getMetrics().orElseThrow(() -> new IllegalStateException("the pool has metrics"));
    return new PoolUse(
        metrics.acquiredSize(),
        metrics.idleSize(),
        metrics.pendingAcquireSize(),
        settings.pool().size());
  }

  public DatabaseSettings settings() {
    return settings;
  }

  /** Closes the connections; what still runs breaks. */
  @Override
  public void close() {
    pool.disposeLater()
        .then(loops.disposeLater(Duration.ZERO, Duration.ofSeconds(2)))
        .block(Duration.ofSeconds(10));
  }

  /**
   * @param acquired connections that are in use
   * @param idle connections that are open and free
   * @param waiting how many wait for one
   * @param max how many there may be
   */
  public record PoolUse(int acquired, int idle, int waiting, int max) {}
}
