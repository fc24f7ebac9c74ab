package dev.breakwater.storage.sql.gc;

import dev.breakwater.core.gc.Estimate;
import dev.breakwater.core.gc.GarbageOptions;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import reactor.core.publisher.Mono;

/** Adds up what garbage collection would free, by the same definitions. */
final class GarbageEstimate {
  /**
   * $1 whether untagged artifacts go, $2 those that were pushed before, $3 now, $4 deleted ones
   * that can be brought back until then are forgotten, $5 how many candidates of each kind, $6
   * whether what is deleted now is forgotten at once, $7 expired artifacts that stay.
   */
  static final String ESTIMATE =
      """
      WITH RECURSIVE untagged AS MATERIALIZED (
        SELECT id, repository_id, project_id, digest FROM manifest
        WHERE $1 AND listed AND NOT tagged AND pushed_at < $2
        ORDER BY repository_id, id LIMIT $5),
      expired AS MATERIALIZED (
        SELECT id, repository_id, project_id, digest FROM manifest
        WHERE expires_at < $3 AND id <> ALL ($7)
          AND NOT EXISTS (
            SELECT FROM manifest_reference AS parent
            WHERE parent.project_id = manifest.project_id AND parent.digest = manifest.digest
              AND parent.repository_id = manifest.repository_id AND parent.kind = 'c')
        ORDER BY expires_at, id LIMIT $5),
      doomed (id, repository_id, project_id, digest) AS (
        (SELECT * FROM untagged UNION SELECT * FROM expired)
        UNION
        SELECT further.id, further.repository_id, further.project_id, further.digest
        FROM doomed CROSS JOIN LATERAL (
          SELECT accessory.id, accessory.repository_id, accessory.project_id, accessory.digest
          FROM manifest AS accessory
          WHERE accessory.repository_id = doomed.repository_id
            AND accessory.accessory_of = doomed.digest
          UNION ALL
          SELECT child.id, child.repository_id, child.project_id, child.digest
          FROM manifest_reference AS named
          JOIN manifest AS child
            ON child.repository_id = doomed.repository_id AND child.digest = named.digest
            AND NOT child.tagged
          WHERE named.manifest_id = doomed.id AND named.kind = 'c'
            AND NOT EXISTS (
              SELECT FROM manifest_reference AS other
              WHERE other.project_id = child.project_id AND other.digest = child.digest
                AND other.repository_id = child.repository_id AND other.kind = 'c'
                AND other.manifest_id <> doomed.id)) AS further),
      gone AS MATERIALIZED (SELECT id FROM doomed WHERE $6),
      forgotten AS MATERIALIZED (
        SELECT id FROM deleted_manifest
        WHERE restorable_until < $4 ORDER BY restorable_until, id LIMIT $5),
      reviewed AS MATERIALIZED (
        SELECT repository_id, blob_id FROM repository_blob
        WHERE review_at <= $3 ORDER BY review_at, repository_id, blob_id LIMIT $5),
      named AS (
        SELECT reference.repository_id, reference.digest
        FROM forgotten JOIN deleted_reference AS reference ON reference.manifest_id = forgotten.id
        UNION
        SELECT reference.repository_id, reference.digest
        FROM gone JOIN manifest_reference AS reference ON reference.manifest_id = gone.id),
      candidate AS MATERIALIZED (
        SELECT repository_id, blob_id FROM reviewed
        UNION
        SELECT link.repository_id, link.blob_id
        FROM named
        JOIN blob ON blob.digest = named.digest
        JOIN repository_blob AS link
          ON link.repository_id = named.repository_id AND link.blob_id = blob.id),
      unlinked AS MATERIALIZED (
        SELECT link.blob_id
        FROM candidate
        JOIN repository_blob AS link
          ON link.repository_id = candidate.repository_id AND link.blob_id = candidate.blob_id
        JOIN repository ON repository.id = link.repository_id
        JOIN blob ON blob.id = link.blob_id
        WHERE link.leased_until <= $3
          AND NOT EXISTS (
            SELECT FROM manifest_reference AS kept
            WHERE kept.project_id = repository.project_id AND kept.digest = blob.digest
              AND kept.repository_id = link.repository_id
              AND kept.manifest_id NOT IN (SELECT id FROM gone))
          AND NOT EXISTS (
            SELECT FROM deleted_reference AS reference
            JOIN deleted_manifest AS deleted ON deleted.id = reference.manifest_id
            WHERE reference.repository_id = link.repository_id AND reference.digest = blob.digest
              AND deleted.restorable_until >= $4)),
      condemned AS MATERIALIZED (
        SELECT id FROM blob
        WHERE condemned_at <= $3 ORDER BY condemned_at, id LIMIT $5),
      freed AS (
        SELECT blob.size
        FROM (
          SELECT id, 0::bigint AS links FROM condemned
          WHERE id NOT IN (SELECT blob_id FROM unlinked)
          UNION ALL
          SELECT blob_id, count(*) FROM unlinked GROUP BY blob_id) AS doomed_blob
        JOIN blob ON blob.id = doomed_blob.id
        WHERE (blob.touched_until IS NULL OR blob.touched_until <= $3)
          AND doomed_blob.links = (
            SELECT count(*) FROM repository_blob AS link WHERE link.blob_id = blob.id))
      SELECT (SELECT count(*) FROM doomed) AS manifests,
             (SELECT count(*) FROM freed) AS blobs,
             coalesce((SELECT sum(size) FROM freed), 0)::bigint AS bytes,
             greatest(
               (SELECT count(*) FROM untagged), (SELECT count(*) FROM expired),
               (SELECT count(*) FROM forgotten), (SELECT count(*) FROM reviewed),
               (SELECT count(*) FROM condemned)) < $5 AS complete
      """;

  private GarbageEstimate() {}

  /**
   * @param forgotten deleted artifacts that can be brought back until then are forgotten
   */
  static Mono<Estimate> of(
      Database database,
      GarbageOptions options,
      Instant pushedBefore,
      Instant now,
      Collection<Long> spared,
      OffsetDateTime forgotten,
      boolean forgets,
      int limit) {
    return database.one(
        ESTIMATE,
        row ->
            new Estimate(
                Rows.number(row, "manifests"),
                Rows.number(row, "blobs"),
                Rows.number(row, "bytes"),
                Rows.flag(row, "complete")),
        options.deleteUntagged(),
        Rows.timestamp(pushedBefore),
        Rows.timestamp(now),
        forgotten,
        limit,
        forgets,
        spared.toArray(Long[]::new));
  }
}
