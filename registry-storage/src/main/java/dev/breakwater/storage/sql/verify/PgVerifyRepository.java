package dev.breakwater.storage.sql.verify;

import dev.breakwater.core.manifest.StoredManifest;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.core.verify.BlobRow;
import dev.breakwater.core.verify.LostLink;
import dev.breakwater.core.verify.StoredBlob;
import dev.breakwater.core.verify.VerifyRepository;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import reactor.core.publisher.Mono;

/** Blobs, links and what manifests name, in pages by their keys. */
public final class PgVerifyRepository implements VerifyRepository {
  private static final String SELECT =
      """
      SELECT blob.id, blob.digest, blob.size, blob.lost_at IS NOT NULL AS lost, (
        SELECT repository.name
        FROM repository_blob AS link
        JOIN repository ON repository.id = link.repository_id
        WHERE link.blob_id = blob.id LIMIT 1) AS repository
      FROM blob
      """;

  static final String PAGE =
      SELECT + "WHERE blob.digest > $1 AND blob.digest < $2 ORDER BY blob.digest LIMIT $3";

  static final String FIND = SELECT + "WHERE blob.digest = ANY ($1::text[])";

  /** In the order of the keys. Stronger than the lock of a link's foreign key, which waits. */
  static final String LOCK =
      "SELECT id FROM blob WHERE digest = ANY ($1::text[]) ORDER BY id FOR UPDATE";

  /** After the lock, in a statement of its own: it sees what was linked before. */
  static final String LOCKED = SELECT + "WHERE blob.id = ANY ($1)";

  static final String MARK_LOST =
      "UPDATE blob SET lost_at = $2 WHERE id = ANY ($1) AND lost_at IS NULL";

  static final String MARK_FOUND = "UPDATE blob SET lost_at = NULL WHERE id = ANY ($1)";

  static final String CLAIM =
      """
      INSERT INTO blob (digest, size)
      SELECT digest, size FROM unnest($1::text[], $2::bigint[]) AS file (digest, size)
      ORDER BY digest COLLATE "C"
      ON CONFLICT (digest) DO NOTHING
      RETURNING digest
      """;

  static final String RESTORABLE =
      "SELECT DISTINCT digest FROM deleted_reference WHERE digest = ANY ($1::text[])";

  static final String RELEASE = "DELETE FROM blob WHERE digest = ANY ($1::text[])";

  static final String LAST =
      """
      SELECT coalesce(max(id), 0) AS last
      FROM (SELECT id FROM manifest WHERE id > $1 ORDER BY id LIMIT $2) AS page
      """;

  static final String LOST_LINKS =
      """
      SELECT manifest.id, manifest.digest AS manifest, manifest.project_id, repository.id
          AS repository_id, repository.name, named.digest
      FROM manifest_reference AS named
      JOIN manifest ON manifest.id = named.manifest_id
      JOIN repository ON repository.id = manifest.repository_id
      WHERE named.manifest_id > $1 AND named.manifest_id <= $2 AND named.kind = 'b'
        AND NOT EXISTS (
          SELECT FROM blob
          JOIN repository_blob AS link
            ON link.blob_id = blob.id AND link.repository_id = manifest.repository_id
          WHERE blob.digest = named.digest)
      ORDER BY manifest.id, named.digest
      """;

  static final String MANIFEST = "SELECT digest, media_type, bytes FROM manifest WHERE id = $1";

  static final String LINK =
      """
      INSERT INTO repository_blob (repository_id, blob_id, leased_until, review_at)
      SELECT $1, id, $3, $3 FROM blob WHERE digest = $2
      ON CONFLICT (repository_id, blob_id) DO NOTHING
      """;

  private final Database database;

  public PgVerifyRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<List<BlobRow>> blobs(String after, String before, int limit) {
    return database.many(PAGE, PgVerifyRepository::row, after, before, limit);
  }

  @Override
  public Mono<List<BlobRow>> find(Collection<Digest> digests) {
    return database.many(FIND, PgVerifyRepository::row, (Object) texts(digests));
  }

  @Override
  public Mono<List<BlobRow>> lock(Tx tx, Collection<Digest> digests) {
    Statements statements = database.in(tx);
    return statements
        .many(LOCK, row -> Rows.number(row, "id"), (Object) texts(digests))
        .flatMap(ids ->
            statements.many(LOCKED, PgVerifyRepository::row, (Object) ids.toArray(Long[]::new)));
  }

  @Override
  public Mono<Void> markLost(Tx tx, Collection<Long> blobIds, Instant now) {
    return database
        .in(tx)
        .update(MARK_LOST, blobIds.toArray(Long[]::new), Rows.timestamp(now))
        .then();
  }

  @Override
  public Mono<Void> markFound(Tx tx, Collection<Long> blobIds) {
    return database.in(tx).update(MARK_FOUND, (Object) blobIds.toArray(Long[]::new)).then();
  }

  @Override
  public Mono<List<Digest>> claim(Tx tx, Collection<StoredBlob> files) {
    return database
        .in(tx)
        .many(
            CLAIM,
            PgVerifyRepository::digest,
            texts(files.stream().map(StoredBlob::digest).toList()),
            files.stream().map(StoredBlob::size).toArray(Long[]::new));
  }

  @Override
  public Mono<List<Digest>> restorable(Collection<Digest> digests) {
    return database.many(RESTORABLE, PgVerifyRepository::digest, (Object) texts(digests));
  }

  @Override
  public Mono<Void> release(Tx tx, Collection<Digest> digests) {
    return database.in(tx).update(RELEASE, (Object) texts(digests)).then();
  }

  @Override
  public Mono<LostLinks> lostLinks(long after, int manifests) {
    return database
        .one(LAST, row -> Rows.number(row, "last"), after, manifests)
        .flatMap(last ->
            last == 0
                ? Mono.just(new LostLinks(0, List.of()))
                : database
                    .many(LOST_LINKS, PgVerifyRepository::lostLink, after, last)
                    .map(links -> new LostLinks(last, links)));
  }

  @Override
  public Mono<StoredManifest> manifest(long id) {
    return database.one(
        MANIFEST,
        row ->
            new StoredManifest(
                digest(row), Rows.text(row, "media_type"), Rows.get(row, "bytes", byte[].class)),
        id);
  }

  @Override
  public Mono<Void> link(Tx tx, long repositoryId, Digest blob, Instant leasedUntil) {
    return database
        .in(tx)
        .update(LINK, repositoryId, blob.toString(), Rows.timestamp(leasedUntil))
        .then();
  }

  private static BlobRow row(Readable row) {
    return new BlobRow(
        Rows.number(row, "id"),
        digest(row),
        Rows.number(row, "size"),
        Rows.find(row, "repository", String.class),
        Rows.flag(row, "lost"));
  }

  private static LostLink lostLink(Readable row) {
    return new LostLink(
        Rows.number(row, "id"),
        Digest.parse(Rows.text(row, "manifest")),
        Rows.number(row, "project_id"),
        Rows.number(row, "repository_id"),
        Rows.text(row, "name"),
        digest(row));
  }

  private static Digest digest(Readable row) {
    return Digest.parse(Rows.text(row, "digest"));
  }

  private static String[] texts(Collection<Digest> digests) {
    return digests.stream().map(Digest::toString).toArray(String[]::new);
  }
}
