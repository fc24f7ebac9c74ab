package dev.breakwater.storage.sql.gc;

import dev.breakwater.core.gc.Estimate;
import dev.breakwater.core.gc.GarbageOptions;
import dev.breakwater.core.gc.GarbageRepository;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import dev.breakwater.storage.sql.quota.ProjectContent;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is garbage, or may be, by the indexes of candidates. */
public final class PgGarbageRepository implements GarbageRepository {
  /** Of the first repository that has some: a batch is of one. */
  static final String UNTAGGED =
      """
      WITH candidate AS (
        SELECT id, repository_id FROM manifest
        WHERE listed AND NOT tagged AND pushed_at < $1 AND (repository_id, id) > ($2, $3)
        ORDER BY repository_id, id LIMIT $4)
      SELECT candidate.id, repository.id AS repository_id, repository.project_id, repository.name
      FROM candidate JOIN repository ON repository.id = candidate.repository_id
      WHERE candidate.repository_id = (SELECT min(repository_id) FROM candidate)
      ORDER BY candidate.id
      """;

  static final String EXPIRED =
      """
      WITH candidate AS (
        SELECT id, repository_id, expires_by_rule FROM manifest
        WHERE expires_at < $1 AND (repository_id, id) > ($2, $3)
        ORDER BY repository_id, id LIMIT $4)
      SELECT candidate.id, repository.id AS repository_id, repository.project_id, repository.name,
        candidate.expires_by_rule,
        ARRAY (
          SELECT tag.name FROM tag WHERE tag.manifest_id = candidate.id ORDER BY tag.name) AS tags,
        ARRAY (
          SELECT (extract(epoch FROM tag.updated_at) * 1000000)::bigint
          FROM tag WHERE tag.manifest_id = candidate.id ORDER BY tag.name) AS since
      FROM candidate JOIN repository ON repository.id = candidate.repository_id
      WHERE candidate.repository_id = (SELECT min(repository_id) FROM candidate)
      ORDER BY candidate.id
      """;

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

  /** Without a lock: what a deletion, which locks contents before links, would wait for. */
  static final String REVIEW =
      """
      SELECT link.repository_id, link.blob_id, repository.project_id, blob.digest,
        EXISTS (
          SELECT FROM manifest_reference AS named
          WHERE named.project_id = repository.project_id AND named.digest = blob.digest
            AND named.repository_id = link.repository_id) AS named
      FROM (
        SELECT repository_id, blob_id FROM repository_blob
        WHERE review_at <= $1 ORDER BY review_at, repository_id, blob_id LIMIT $2) AS link
      JOIN repository ON repository.id = link.repository_id
      JOIN blob ON blob.id = link.blob_id
      """;

  /** Not those that a push needs at this moment: they are looked at next time. */
  static final String LOCK_LINKS =
      """
      SELECT link.repository_id, link.blob_id
      FROM unnest($1::bigint[], $2::bigint[]) AS candidate (repository_id, blob_id)
      JOIN repository_blob AS link
        ON link.repository_id = candidate.repository_id AND link.blob_id = candidate.blob_id
      ORDER BY link.repository_id, link.blob_id
      FOR UPDATE OF link SKIP LOCKED
      """;

  /** After the lock, in a statement of its own: it sees what was pushed before. */
  static final String REVIEWED =
      """
      WITH link AS (
        SELECT link.repository_id, link.blob_id, link.leased_until, repository.project_id,
               blob.digest
        FROM unnest($1::bigint[], $2::bigint[]) AS candidate (repository_id, blob_id)
        JOIN repository_blob AS link
          ON link.repository_id = candidate.repository_id AND link.blob_id = candidate.blob_id
        JOIN repository ON repository.id = link.repository_id
        JOIN blob ON blob.id = link.blob_id),
      kept AS (
        SELECT link.*,
          EXISTS (
            SELECT FROM manifest_reference AS named
            WHERE named.project_id = link.project_id AND named.digest = link.digest
              AND named.repository_id = link.repository_id) AS named,
          (SELECT max(deleted.restorable_until)
           FROM deleted_reference AS reference
           JOIN deleted_manifest AS deleted ON deleted.id = reference.manifest_id
           WHERE reference.repository_id = link.repository_id
             AND reference.digest = link.digest) AS restorable_until
        FROM link),
      again AS (
        UPDATE repository_blob AS link
        SET review_at = CASE WHEN kept.named THEN NULL
          ELSE greatest(kept.leased_until, kept.restorable_until) END
        FROM kept
        WHERE link.repository_id = kept.repository_id AND link.blob_id = kept.blob_id
          AND (kept.named OR greatest(kept.leased_until, kept.restorable_until) > $3))
      SELECT project_id, repository_id, blob_id, digest FROM kept
      WHERE NOT named AND NOT greatest(leased_until, restorable_until) > $3
      """;

  static final String UNLINK =
      """
      DELETE FROM repository_blob USING unnest($1::bigint[], $2::bigint[]) AS gone (repository_id, blob_id)
      WHERE repository_blob.repository_id = gone.repository_id
        AND repository_blob.blob_id = gone.blob_id
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

  static final String POSTPONE =
      """
      UPDATE manifest SET expires_at = later.ends, expires_by_rule = later.ends IS NOT NULL
      FROM (
        SELECT manifest.id, to_timestamp(given.micros / 1000000.0) AS ends
        FROM unnest($1::bigint[], $2::bigint[]) AS given (id, micros)
        JOIN manifest ON manifest.id = given.id
        ORDER BY manifest.id FOR NO KEY UPDATE OF manifest) AS later
      WHERE manifest.id = later.id AND manifest.expires_by_rule
      """;
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

  public PgGarbageRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Batch> untagged(Instant pushedBefore, Position after, int limit) {
    return database
        .many(
            UNTAGGED,
            Candidate::of,
            Rows.timestamp(pushedBefore),
            after.repositoryId(),
            after.manifestId(),
            limit)
        .map(PgGarbageRepository::batch);
  }

  @Override
  public Mono<ExpiredBatch> expired(Instant now, Position after, int limit) {
    return database
        .many(
            EXPIRED,
            PgGarbageRepository::ended,
            Rows.timestamp(now),
            after.repositoryId(),
            after.manifestId(),
            limit)
        .filter(found -> !found.isEmpty())
        .map(found -> {
          Candidate first = found.getFirst().candidate();
          return new ExpiredBatch(
              RepositoryName.parse(first.repository()),
              first.repositoryId(),
              first.projectId(),
              found.stream().map(Ended::artifact).toList());
        });
  }

  private static Ended ended(Readable row) {
    String[] names = Rows.get(row, "tags", String[].class);
    Long[] since = Rows.get(row, "since", Long[].class);
    Map<Tag, Instant> tags = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      tags.put(Tag.parse(names[i]), Instant.EPOCH.plus(since[i], ChronoUnit.MICROS));
    }
    return new Ended(
        Candidate.of(row),
        new Expired(Rows.number(row, "id"), Rows.flag(row, "expires_by_rule"), tags));
  }

  @Override
  public Mono<Void> postpone(Map<Long, Optional<Instant>> ends) {
    if (ends.isEmpty()) {
      return Mono.empty();
    }
    List<Map.Entry<Long, Optional<Instant>>> entries = List.copyOf(ends.entrySet());
    return database
        .update(
            POSTPONE,
            entries.stream().map(Map.Entry::getKey).toArray(Long[]::new),
            entries.stream()
                .map(entry -> entry.getValue().map(PgGarbageRepository::micros).orElse(null))
                .toArray(Long[]::new))
        .then();
  }

  private static Long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private static Batch batch(List<Candidate> candidates) {
    if (candidates.isEmpty()) {
      return new Batch(Optional.empty(), 0, 0, List.of());
    }
    Candidate first = candidates.getFirst();
    return new Batch(
        Optional.of(RepositoryName.parse(first.repository())),
        first.repositoryId(),
        first.projectId(),
        candidates.stream().map(Candidate::id).toList());
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
    Statements statements = database.in(tx);
    return statements
        .many(REVIEW, Reviewed::of, Rows.timestamp(now), limit)
        .flatMap(found ->
            found.isEmpty() ? Mono.just(0) : reviewLinks(statements, found, Rows.timestamp(now)));
  }

  /**
   * Contents first, then links, as deletions do; the last look is at what cannot change any more.
   */
  private static Mono<Integer> reviewLinks(
      Statements statements, List<Reviewed> found, OffsetDateTime now) {
    List<Link> unnamed = found.stream().filter(each -> !each.named()).map(Reviewed::link).toList();
    List<Link> links = found.stream().map(Reviewed::link).toList();
    return lockContents(statements, unnamed)
        .then(
            Mono.defer(
                () -> statements.many(LOCK_LINKS, Key::of, repositories(links), blobs(links))))
        .flatMap(locked ->
            locked.isEmpty()
                ? Mono.just(0)
                : statements
                    .many(REVIEWED, Link::of, Key.repositories(locked), Key.blobs(locked), now)
                    .map(gone -> gone.stream().filter(Set.copyOf(unnamed)::contains).toList())
                    .flatMap(gone -> unlink(statements, gone))
                    .thenReturn(locked.size()));
  }

  private static Mono<Void> lockContents(Statements statements, List<Link> links) {
    return Flux.fromIterable(digests(links).entrySet())
        .concatMap(project -> ProjectContent.lock(statements, project.getKey(), project.getValue()))
        .then();
  }

  /** What was uploaded and never named still counts for its project. */
  private static Mono<Void> unlink(Statements statements, List<Link> gone) {
    if (gone.isEmpty()) {
      return Mono.empty();
    }
    return statements
        .update(UNLINK, repositories(gone), blobs(gone))
        .thenMany(Flux.fromIterable(digests(gone).entrySet()))
        .concatMap(
            project -> ProjectContent.remove(statements, project.getKey(), project.getValue()))
        .then();
  }

  /** By project, in one order for everybody. */
  private static Map<Long, String[]> digests(List<Link> links) {
    return links.stream()
        .collect(
            Collectors.groupingBy(
                Link::projectId,
                TreeMap::new,
                Collectors.collectingAndThen(
                    Collectors.toList(),
                    some -> some.stream().map(Link::digest).toArray(String[]::new))));
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
      GarbageOptions options, Instant pushedBefore, Instant now, boolean forgets, int limit) {
    OffsetDateTime forgotten = timestamp(options.purgeDeleted() ? LATEST : now);
    return GarbageEstimate.of(database, options, pushedBefore, now, forgotten, forgets, limit);
  }

  private static OffsetDateTime timestamp(Instant instant) {
    return Rows.timestamp(instant.isAfter(LATEST) ? LATEST : instant);
  }

  private static Long[] repositories(List<Link> links) {
    return links.stream().map(Link::repositoryId).toArray(Long[]::new);
  }

  private static Long[] blobs(List<Link> links) {
    return links.stream().map(Link::blobId).toArray(Long[]::new);
  }

  private static Blob blob(Readable row) {
    return new Blob(
        Rows.number(row, "id"), Digest.parse(Rows.text(row, "digest")), Rows.number(row, "size"));
  }

  private record Candidate(long id, long repositoryId, long projectId, String repository) {
    static Candidate of(Readable row) {
      return new Candidate(
          Rows.number(row, "id"),
          Rows.number(row, "repository_id"),
          Rows.number(row, "project_id"),
          Rows.text(row, "name"));
    }
  }

  private record Ended(Candidate candidate, Expired artifact) {}

  private record Link(long projectId, long repositoryId, long blobId, String digest) {
    static Link of(Readable row) {
      return new Link(
          Rows.number(row, "project_id"),
          Rows.number(row, "repository_id"),
          Rows.number(row, "blob_id"),
          Rows.text(row, "digest"));
    }
  }

  private record Reviewed(Link link, boolean named) {
    static Reviewed of(Readable row) {
      return new Reviewed(Link.of(row), Rows.flag(row, "named"));
    }
  }

  /** Of a link. */
  private record Key(long repositoryId, long blobId) {
    static Key of(Readable row) {
      return new Key(Rows.number(row, "repository_id"), Rows.number(row, "blob_id"));
    }

    static Long[] repositories(List<Key> keys) {
      return keys.stream().map(Key::repositoryId).toArray(Long[]::new);
    }

    static Long[] blobs(List<Key> keys) {
      return keys.stream().map(Key::blobId).toArray(Long[]::new);
    }
  }
}
