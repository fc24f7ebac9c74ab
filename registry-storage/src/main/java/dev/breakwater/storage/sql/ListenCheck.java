package dev.breakwater.storage.sql;

import dev.breakwater.storage.StorageUnusableException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Refuses a database behind a pool that lends connections by the transaction, unless the settings
 * say so: prepared statements would break there now and then, and LISTEN would hear nothing.
 */
public final class ListenCheck {
  /** A crowded machine must not be taken for a pool. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private ListenCheck() {}

  /**
   * Sends a notification to itself.
   *
   * @return an error of the type {@link StorageUnusableException} if it does not come; a database
   *     that cannot be reached is for others to tell
   */
  public static Mono<Void> run(Database database) {
    return Mono.defer(() -> database.canListen() ? attempt(database) : Mono.<Void>empty())
        .onErrorResume(
            error -> !(error instanceof StorageUnusableException), _ -> Mono.<Void>empty());
  }

  private static Mono<Void> attempt(Database database) {
    String channel = "breakwater_check_" + UUID.randomUUID().toString().replace("-", "");
    Sinks.One<Boolean> listening = Sinks.one();
    Mono<Boolean> heard =
        database.listen(List.of(channel), () -> listening.tryEmitValue(true)).next().hasElement();
    Mono<Integer> sent =
        listening
            .asMono()
            .then(
                Mono.defer(() -> database.one("SELECT 1 FROM pg_notify($1, '')", _ -> 1, channel)));
    return Mono.zip(heard, sent)
        .timeout(PATIENCE)
        .onErrorMap(TimeoutException.class, late -> unheard(database, late))
        .then();
  }

  private static StorageUnusableException unheard(Database database, Exception late) {
    return new StorageUnusableException(
        "The database "
            + database.settings()
            + " does not pass on notifications (LISTEN): a connection pool such as pgbouncer in"
            + " transaction mode seems to be in front of it. Set database.pgbouncer to true, or"
            + " database.url to the server itself.",
        late);
  }
}
