package dev.breakwater.core.systemconfig;

import dev.breakwater.core.transaction.Tx;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Rows of settings: what was set once, by name, secrets sealed. */
public interface ConfigurationRepository {
  Mono<Map<String, String>> all();

  /** Writes these and leaves the others as they are. */
  Mono<Void> put(Tx tx, Map<String, String> values);

  /** Whether there is a user besides the first administrator at present. */
  Mono<Boolean> hasOtherUsers();

  /**
   * Whether there is a user besides the first administrator. Nobody gets a row by a log-in between
   * this answer and the end of the transaction.
   */
  Mono<Boolean> hasOtherUsers(Tx tx);
}
