package dev.breakwater.storage.sql;

import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a connection hears.
 *
 * <p>One that only listens sends nothing, and so never finds out that it leads nowhere: a firewall
 * forgot it, or the machine at the other end is gone. So the server is asked something on it, now
 * and then, and whoever listens gets an error when no answer comes.
 */
final class Listening {
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private Listening() {}

  /**
   * @param listening called once it hears
   * @return each notification as channel and payload; fails when the connection does
   */
  static Flux<Map.Entry<String, String>> on(
      PostgresqlConnection connection, List<String> channels, Runnable listening) {
    // Whoever does not ask for more at once would miss what comes: the buffer does ask.
    Flux<Map.Entry<String, String>> heard =
        connection
            .getNotifications()
            .map(Listening::entry)
            .concatWith(Mono.error(() -> new IllegalStateException("the connection ended")))
            .onBackpressureBuffer();
    Flux<Map.Entry<String, String>> beats =
        listen(connection, channels)
            .doOnSuccess(_ -> listening.run())
            .thenMany(Flux.interval(PERIOD))
            .onBackpressureDrop()
            .concatMap(
                _ -> answered(SqlStatement.one(connection, "SELECT 1", _ -> 1)).then(Mono.empty()),
                1);
    return Flux.merge(heard, beats);
  }

  private static Mono<Void> listen(PostgresqlConnection connection, List<String> channels) {
    String sql = channels.stream().map("LISTEN "::concat).collect(Collectors.joining(";"));
    return answered(
        connection
            .createStatement(sql)
            .execute()
            .concatMap(PostgresqlResult::getRowsUpdated)
            .then());
  }

  private static <T> Mono<T> answered(Mono<T> statement) {
    return statement
        .timeout(PATIENCE)
        .onErrorMap(
            TimeoutException.class,
            late -> new IllegalStateException("the server does not answer on it", late));
  }

  private static Map.Entry<String, String> entry(Notification notification) {
    return Map.entry(
        notification.getName(), Objects.requireNonNullElse(notification.getParameter(), ""));
  }
}
