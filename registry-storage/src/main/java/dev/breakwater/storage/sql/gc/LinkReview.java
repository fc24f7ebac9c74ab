package dev.breakwater.storage.sql.gc;

import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import dev.breakwater.storage.sql.quota.ProjectContent;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Which blobs repositories still need, of those that may have become superfluous. */
final class LinkReview {
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

  private LinkReview() {}

  static Mono<Integer> run(Statements statements, Instant now, int limit) {
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

  private static Long[] repositories(List<Link> links) {
    return links.stream().map(Link::repositoryId).toArray(Long[]::new);
  }

  private static Long[] blobs(List<Link> links) {
    return links.stream().map(Link::blobId).toArray(Long[]::new);
  }

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
