package dev.breakwater.storage.sql.notification;

import dev.breakwater.core.notification.LivingReplicas;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import java.time.Duration;
import java.util.Set;
import reactor.core.publisher.Mono;

/** By the heartbeats of those that run jobs, which all do; a handful of rows. */
public final class PgLivingReplicas implements LivingReplicas {
  private static final String LIVING =
      """
      SELECT id FROM job_worker_pool WHERE seen_at > now() - $1::bigint * interval '1 ms'
      LIMIT 1000
      """;

  private final Database database;
  private final Duration silence;

  /**
   * @param silence how long nothing may be heard of a replica
   */
  public PgLivingReplicas(Database database, Duration silence) {
    this.database = database;
    this.silence = silence;
  }

  @Override
  public Mono<Set<String>> ids() {
    return database.many(LIVING, row -> Rows.text(row, "id"), silence.toMillis()).map(Set::copyOf);
  }
}
