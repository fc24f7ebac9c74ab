package dev.breakwater.storage.sql;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolAcquireTimeoutException;
import reactor.pool.PoolShutdownException;

/** What the database's errors mean to a client (PostgreSQL manual, appendix A). */
public final class SqlErrors {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String DISK_FULL = "53100";
  private static final String LOCK_TIMEOUT = "55P03";

  private static final String FOREIGN_KEY_VIOLATION = "23503";

  /**
   * Serialisation failure, deadlock, a row that we name was deleted meanwhile: the other one won,
   * the same again may succeed.
   */
  private static final Set<String> REPEATABLE = Set.of("40001", "40P01", FOREIGN_KEY_VIOLATION);

  /**
   * The server shuts down, starts, is out of connections or memory, became a standby, or the
   * statement waited too long.
   */
  private static final Set<String> UNAVAILABLE =
      Set.of(
          "57P01",
          "57P02",
          "57P03",
          "57P05",
          "53000",
          "53200",
          "53300",
          "25006",
          LOCK_TIMEOUT,
          "57014",
          "25P03",
          "40001",
          "40P01",
          "58030");

  private SqlErrors() {}

  static boolean isRepeatable(Throwable error) {
    return error instanceof R2dbcException database && REPEATABLE.contains(state(database));
  }

  /** Whether a statement gave up waiting for somebody else's lock. */
  static boolean isLockTimeout(Throwable error) {
    Throwable database = error instanceof RegistryException ? error.getCause() : error;
    return database instanceof R2dbcException known && state(known).equals(LOCK_TIMEOUT);
  }

  /** Whether the pool lent a connection that had died in it; it is thrown away by that. */
  static boolean isStale(Throwable error) {
    return error instanceof R2dbcNonTransientResourceException
        && "Connection validation failed".equals(error.getMessage());
  }

  /** Whether the connection broke, or the server ended it, so that an answer may be missing. */
  static boolean isLoss(Throwable error) {
    return switch (error) {
      case R2dbcException database ->
          state(database).startsWith("08")
              || state(database).startsWith("57P")
              || (state(database).isEmpty()
                  && (database instanceof R2dbcNonTransientResourceException
                      || database instanceof R2dbcTransientResourceException));
      case IOException _ -> true;
      default -> false;
    };
  }

  /** Whether the statement broke this unique constraint or index. */
  public static boolean isDuplicate(Throwable error, String constraint) {
    Throwable database = error instanceof RegistryException ? error.getCause() : error;
    return database instanceof PostgresqlException duplicate
        && duplicate.getErrorDetails().getCode().equals(UNIQUE_VIOLATION)
        && duplicate.getErrorDetails().getConstraintName().equals(Optional.of(constraint));
  }

  /**
   * An error for the client; what is neither weather nor a conflict is a bug and stays as it is.
   */
  static Throwable translate(Throwable error) {
    return switch (error) {
      case RegistryException known -> known;
      case R2dbcException full when state(full).equals(DISK_FULL) -> diskFull(full);
      case R2dbcNonTransientResourceException lost -> unavailable(lost);
      case R2dbcTransientResourceException lost -> unavailable(lost);
      case R2dbcTimeoutException late -> unavailable(late);
      case R2dbcException database -> translate(database);
      case PoolAcquireTimeoutException late -> unavailable(late);
      case PoolAcquirePendingLimitException many -> unavailable(many);
      case PoolShutdownException down -> unavailable(down);
      case IOException lost -> unavailable(lost);
      case TimeoutException late -> unavailable(late);
      default -> error;
    };
  }

  private static Throwable translate(R2dbcException error) {
    String state = state(error);
    if (state.equals(UNIQUE_VIOLATION)) {
      return new RegistryException(ErrorCode.CONFLICT, "there is such an entry already", error);
    }
    if (state.equals(FOREIGN_KEY_VIOLATION)) {
      return new RegistryException(
          ErrorCode.CONFLICT, "what this belongs to was deleted meanwhile; look again", error);
    }
    return state.startsWith("08") || UNAVAILABLE.contains(state) ? unavailable(error) : error;
  }

  private static RegistryException diskFull(R2dbcException error) {
    return new RegistryException(
        ErrorCode.STORAGE_FULL,
        "the disk of the database is full; ask the operator to free some space",
        error);
  }

  private static String state(R2dbcException error) {
    return Optional.ofNullable(error.getSqlState()).orElse("");
  }

  private static RegistryException unavailable(Throwable error) {
    return new RegistryException(
        ErrorCode.UNAVAILABLE, "the database does not answer at the moment; try again", error);
  }
}
