package dev.breakwater.storage.sql.manifest;

import dev.breakwater.core.manifest.ActivityRepository;
import dev.breakwater.core.manifest.PullRules;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import java.time.Instant;
import java.util.Collection;
import reactor.core.publisher.Mono;

/** Adds up pulls and pushes, many rows in a statement, in the order of their numbers. */
public final class PgActivityRepository implements ActivityRepository {
  static final String PULLED =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
      pulled AS (
        SELECT repository.id AS repository_id, pulls.digest, pulls.tag, pulls.count
        FROM relaxed, unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
          AS pulls (repository, digest, tag, count)
        JOIN repository ON repository.name = pulls.repository),
      counted AS (
        UPDATE repository SET pull_count = pull_count + sums.count
        FROM (
          SELECT repository.id, sums.count
          FROM repository
          JOIN (SELECT repository_id, sum(count)::bigint AS count FROM pulled GROUP BY 1) AS sums
            ON sums.repository_id = repository.id
          WHERE $6
          ORDER BY repository.id FOR NO KEY UPDATE OF repository) AS sums
        WHERE repository.id = sums.id),
      tags AS (
        UPDATE tag SET pulled_at = $5
        FROM (
          SELECT tag.repository_id, tag.name
          FROM tag
          WHERE $7 AND (tag.repository_id, tag.name) IN (SELECT repository_id, tag FROM pulled)
          ORDER BY 1, 2 FOR NO KEY UPDATE) AS seen
        WHERE tag.repository_id = seen.repository_id AND tag.name = seen.name)
      UPDATE manifest SET pulled_at = $5
      FROM (
        SELECT manifest.id FROM manifest
        WHERE $7 AND (manifest.repository_id, manifest.digest) IN (
          SELECT repository_id, digest FROM pulled)
        ORDER BY manifest.id FOR NO KEY UPDATE) AS seen
      WHERE manifest.id = seen.id
      """;

  static final String PUSHED =
      """
      UPDATE repository SET updated_at = greatest(updated_at, $2)
      FROM (
        SELECT id FROM repository WHERE name = ANY ($1::text[])
        ORDER BY id FOR NO KEY UPDATE) AS seen
      WHERE repository.id = seen.id
      """;

  private final Database database;

  public PgActivityRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Void> pulled(Tx tx, Collection<Pulls> pulls, PullRules rules, Instant at) {
    return pulls.isEmpty()
        ? Mono.empty()
        : database
            .in(tx)
            .update(
                PULLED,
                pulls.stream().map(each -> each.repository().value()).toArray(String[]::new),
                pulls.stream().map(each -> each.digest().toString()).toArray(String[]::new),
                pulls.stream()
                    .map(each -> each.tag().map(Object::toString).orElse(""))
                    .toArray(String[]::new),
                pulls.stream().map(Pulls::count).toArray(Long[]::new),
                Rows.timestamp(at),
                rules.counted(),
                rules.timed())
            .then();
  }

  @Override
  public Mono<Void> pushed(Tx tx, Collection<RepositoryName> repositories, Instant at) {
    return repositories.isEmpty()
        ? Mono.empty()
        : database
            .in(tx)
            .update(
                PUSHED,
                repositories.stream().map(RepositoryName::value).toArray(String[]::new),
                Rows.timestamp(at))
            .then();
  }
}
