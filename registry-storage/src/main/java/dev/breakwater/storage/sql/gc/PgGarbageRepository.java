package dev.breakwater.storage.sql.gc;

import dev.breakwater.core.gc.Estimate;
import dev.breakwater.core.gc.GarbageOptions;
import dev.breakwater.core.gc.GarbageRepository;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** What is garbage, or may be, by the indexes of candidates. */
public final class PgGarbageRepository implements GarbageRepository {

  /** What they named is looked at again. */
  static final String PURGE_DELETED =
      """
      WITH doomed AS (
        SELECT id, repository_id FROM deleted_manifest
        WHERE restorable_until < $1 ORDER BY restorable_until, id LIMIT $2
        FOR UPDATE SKIP LOCKED),
      named AS (
        SELECT DISTINCT reference.repository_id, blob.id AS blob_id
        FROM doomed
        JOIN deleted_reference AS reference ON reference.manifest_id = doomed.id
        JOIN blob ON blob.digest = reference.digest),
      reviewed AS (
        UPDATE repository_blob AS link SET review_at = now()
        FROM named
        WHERE link.repository_id = named.repository_id AND link.blob_id = named.blob_id)
      DELETE FROM deleted_manifest WHERE id IN (SELECT id FROM doomed)
      """;

  static final String PURGE_TAG_CHANGES =
      """
      DELETE FROM tag_change WHERE id IN (
        SELECT id FROM tag_change WHERE changed_at < $1 ORDER BY changed_at, id LIMIT $2)
      """;

  static final String CONDEMNED =
      """
      SELECT id FROM blob
      WHERE condemned_at <= $1 ORDER BY condemned_at, id LIMIT $2
      FOR UPDATE SKIP LOCKED
      """;

  /** After the lock, in a statement of its own: it sees what was linked or touched before. */
  static final String SPARE =
      """
      WITH candidate AS (
        SELECT id, digest, size, touched_until,
          EXISTS (SELECT FROM repository_blob AS link WHERE link.blob_id = blob.id) AS linked
        FROM blob WHERE id = ANY ($1)),
      spared AS (
        UPDATE blob SET condemned_at = CASE WHEN linked THEN NULL ELSE candidate.touched_until END
        FROM candidate
        WHERE blob.id = candidate.id AND (linked OR candidate.touched_until > $2))
      SELECT id, digest, size FROM candidate
      WHERE NOT linked AND (touched_until IS NULL OR touched_until <= $2)
      ORDER BY id
      """;

  static final String FORGET = "DELETE FROM blob WHERE id = ANY ($1)";

  static final String DELETED_REPOSITORIES =
      """
      SELECT id FROM repository
      WHERE deleted_at IS NOT NULL
        AND NOT EXISTS (
          SELECT FROM deleted_manifest WHERE deleted_manifest.repository_id = repository.id)
        AND NOT EXISTS (SELECT FROM repository_blob WHERE repository_id = repository.id)
        AND NOT EXISTS (SELECT FROM manifest WHERE manifest.repository_id = repository.id)
      ORDER BY project_id, deleted_at, id LIMIT $1
      FOR UPDATE SKIP LOCKED
      """;

  /** After the lock, in a statement of its own: it sees what was pushed before. */
  static final String FORGET_REPOSITORIES =
      """
      DELETE FROM repository
      WHERE id = ANY ($1) AND deleted_at IS NOT NULL
        AND NOT EXISTS (
          SELECT FROM deleted_manifest WHERE deleted_manifest.repository_id = repository.id)
        AND NOT EXISTS (SELECT FROM repository_blob WHERE repository_id = repository.id)
        AND NOT EXISTS (SELECT FROM manifest WHERE manifest.repository_id = repository.id)
      """;

  /** Beyond what PostgreSQL can add to. */
  private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

  private final Database database;
  private final EndedManifests ended;

  public PgGarbageRepository(Database database) {
    this.database = database;
    this.ended = new EndedManifests(database);
  }

  @Override
  public Mono<Batch> untagged(Instant pushedBefore, Position after, int limit) {
    return ended.untagged(pushedBefore, after, limit);
  }

  @Override
  public Mono<ExpiredBatch> expired(Instant now, Position after, int limit) {
    return ended.expired(now, after, limit);
  }

  @Override
  public Mono<Void> postpone(Map<Long, Optional<Instant>> ends) {
    return ended.postpone(ends);
  }

  @Override
  public Mono<Integer> purgeDeleted(Tx tx, Instant restorableUntil, int limit) {
    return database
        .in(tx)
        .update(PURGE_DELETED, timestamp(restorableUntil), limit)
        .map(Long::intValue);
  }

  @Override
  public Mono<Integer> purgeTagChanges(Instant before, int limit) {
    return database.update(PURGE_TAG_CHANGES, Rows.timestamp(before), limit).map(Long::intValue);
  }

  @Override
  public Mono<Integer> reviewLinks(Tx tx, Instant now, int limit) {
    return LinkReview.run(database.in(tx), now, limit);
  }

  @Override
  public Mono<Condemned> lockCondemned(Tx tx, Instant condemnedBefore, Instant now, int limit) {
    Statements statements = database.in(tx);
    return statements
        .many(CONDEMNED, row -> Rows.number(row, "id"), Rows.timestamp(condemnedBefore), limit)
        .flatMap(ids ->
            ids.isEmpty()
                ? Mono.just(new Condemned(0, List.of()))
                : statements
                    .many(
                        SPARE,
                        PgGarbageRepository::blob,
                        ids.toArray(Long[]::new),
                        Rows.timestamp(now))
                    .map(blobs -> new Condemned(ids.size(), blobs)));
  }

  @Override
  public Mono<Void> forget(Tx tx, Collection<Long> blobIds) {
    return database.in(tx).update(FORGET, (Object) blobIds.toArray(Long[]::new)).then();
  }

  @Override
  public Mono<Integer> purgeRepositories(Tx tx, int limit) {
    Statements statements = database.in(tx);
    return statements
        .many(DELETED_REPOSITORIES, row -> Rows.number(row, "id"), limit)
        .flatMap(ids ->
            ids.isEmpty()
                ? Mono.just(0)
                : statements
                    .update(FORGET_REPOSITORIES, (Object) ids.toArray(Long[]::new))
                    .map(Long::intValue));
  }

  @Override
  public Mono<Estimate> estimate(
      GarbageOptions options,
      Instant pushedBefore,
      Instant now,
      Collection<Long> spared,
      boolean forgets,
      int limit) {
    OffsetDateTime forgotten = timestamp(options.purgeDeleted() ? LATEST : now);
    return GarbageEstimate.of(
        database, options, pushedBefore, now, spared, forgotten, forgets, limit);
  }

  private static OffsetDateTime timestamp(Instant instant) {
    return Rows.timestamp(instant.isAfter(LATEST) ? LATEST : instant);
  }

  private static Blob blob(Readable row) {
    return new Blob(
        Rows.number(row, "id"), Digest.parse(Rows.text(row, "digest")), Rows.number(row, "size"));
  }
}
