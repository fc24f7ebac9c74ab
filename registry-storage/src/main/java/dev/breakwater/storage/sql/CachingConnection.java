package dev.breakwater.storage.sql;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.reactivestreams.Publisher;

/**
 * A connection that keeps the statements it was asked for last. The driver takes an SQL text apart
 * for each statement, which costs more processor time and memory than sending it; a statement of
 * its can be bound and executed again, as long as no two of one text run at once: ours run one
 * after the other on a connection.
 *
 * <p>A kept statement holds its last parameters, so large ones are for {@link #physical} alone.
 */
final class CachingConnection implements Connection, Wrapped<Connection> {
  /** A statement takes some 15 KB. */
  private static final int KEPT = 64;

  private final Connection driver;
  private final Map<String, Statement> statements = new LeastRecentlyUsed();

  CachingConnection(Connection driver) {
    this.driver = driver;
  }

  /** The driver's own below all wrappers. */
  static Connection physical(Connection connection) {
    Connection inner = connection;
    while (inner instanceof Wrapped<?> wrapper && wrapper.unwrap() instanceof Connection next) {
      inner = next;
    }
    return inner;
  }

  @Override
  public Connection unwrap() {
    return driver;
  }

  @Override
  public Statement createStatement(String sql) {
    synchronized (statements) {
      return statements.computeIfAbsent(sql, driver::createStatement);
    }
  }

  @Override
  public Publisher<Void> beginTransaction() {
    return driver.beginTransaction();
  }

  @Override
  public Publisher<Void> beginTransaction(TransactionDefinition definition) {
    return driver.beginTransaction(definition);
  }

  @Override
  public Publisher<Void> commitTransaction() {
    return driver.commitTransaction();
  }

  @Override
  public Publisher<Void> rollbackTransaction() {
    return driver.rollbackTransaction();
  }

  @Override
  public Publisher<Void> createSavepoint(String name) {
    return driver.createSavepoint(name);
  }

  @Override
  public Publisher<Void> releaseSavepoint(String name) {
    return driver.releaseSavepoint(name);
  }

  @Override
  public Publisher<Void> rollbackTransactionToSavepoint(String name) {
    return driver.rollbackTransactionToSavepoint(name);
  }

  @Override
  public Batch createBatch() {
    return driver.createBatch();
  }

  @Override
  public boolean isAutoCommit() {
    return driver.isAutoCommit();
  }

  @Override
  public Publisher<Void> setAutoCommit(boolean autoCommit) {
    return driver.setAutoCommit(autoCommit);
  }

  @Override
  public IsolationLevel getTransactionIsolationLevel() {
    return driver.getTransactionIsolationLevel();
  }

  @Override
  public Publisher<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
    return driver.setTransactionIsolationLevel(isolationLevel);
  }

  @Override
  public Publisher<Void> setLockWaitTimeout(Duration timeout) {
    return driver.setLockWaitTimeout(timeout);
  }

  @Override
  public Publisher<Void> setStatementTimeout(Duration timeout) {
    return driver.setStatementTimeout(timeout);
  }

  @Override
  public ConnectionMetadata getMetadata() {
    return driver.getMetadata();
  }

  @Override
  public Publisher<Boolean> validate(ValidationDepth depth) {
    return driver.validate(depth);
  }

  @Override
  public Publisher<Void> close() {
    return driver.close();
  }

  private static final class LeastRecentlyUsed extends LinkedHashMap<String, Statement> {
    private static final long serialVersionUID = 1L;

    LeastRecentlyUsed() {
      super(KEPT, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Statement> eldest) {
      return size() > KEPT;
    }
  }
}
