package dev.breakwater.storage.sql;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes connections and remembers those that are open, so that all can be broken at once: what
 * waits for an answer on a connection into nowhere would otherwise wait until the kernel gives up,
 * a quarter of an hour later.
 */
final class OpenConnections {
  private static final Logger log = LoggerFactory.getLogger(OpenConnections.class);
  private static final int AT_ONCE = 64;
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  /**
   * None of our statements runs long enough for the server to win what it takes to compile it,
   * which is half a second for some.
   */
  private static final String WITHOUT_COMPILER = "SET jit = off";

  private final PostgresqlConnectionFactory factory;
  private final Duration connectTimeout;
  private final Set<PostgresqlConnection> open =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  /**
   * @param connectTimeout also for the log-in, which the driver would wait for without end
   */
  OpenConnections(PostgresqlConnectionFactory factory, Duration connectTimeout) {
    this.factory = factory;
    this.connectTimeout = connectTimeout;
  }

  Mono<PostgresqlConnection> create() {
    return factory.create().timeout(connectTimeout).doOnNext(open::add);
  }

  /** Whoever waits on one of them gets an error. */
  Mono<Void> breakAll() {
    return Flux.defer(() -> Flux.fromIterable(current()))
        .flatMap(OpenConnections::leave, AT_ONCE)
        .then();
  }

  private List<PostgresqlConnection> current() {
    synchronized (open) {
      List<PostgresqlConnection> all = List.copyOf(open);
      open.clear();
      return all;
    }
  }

  /**
   * What the pool makes its connections by.
   *
   * @param ours whether a session of the server is a connection's own, and not lent by a pooler
   */
  ConnectionFactory forPool(boolean ours) {
    return new ConnectionFactory() {
      @Override
      public Mono<Connection> create() {
        return OpenConnections.this
            .create()
            .delayUntil(connection -> ours ? prepare(connection) : Mono.empty())
            .map(CachingConnection::new);
      }

      @Override
      public ConnectionFactoryMetadata getMetadata() {
        return factory.getMetadata();
      }
    };
  }

  private Mono<Void> prepare(PostgresqlConnection connection) {
    return connection
        .createStatement(WITHOUT_COMPILER)
        .execute()
        .concatMap(PostgresqlResult::getRowsUpdated)
        .then()
        .timeout(connectTimeout)
        .onErrorResume(error -> leave(connection).then(Mono.error(error)));
  }

  /** Closes a connection, if need be without a word to the server. */
  static Mono<Void> leave(Connection physical) {
    return quietly(Mono.from(physical.close()).timeout(FAREWELL));
  }

  /** What goes wrong when something is given back must not hide what went right or wrong before. */
  static Mono<Void> quietly(Publisher<Void> closing) {
    return Mono.from(closing)
        .doOnError(error -> log.debug("closing a connection failed: {}", error.toString()))
        .onErrorComplete();
  }
}
