package dev.breakwater.storage.sql.blob;

import dev.breakwater.core.blob.BlobRepository;
import dev.breakwater.core.blob.UploadSession;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import reactor.core.publisher.Mono;

/** Blobs and their links as rows. */
public final class PgBlobRepository implements BlobRepository {
  static final String FIND_LINKED =
      """
      SELECT blob.size
      FROM repository
      JOIN repository_blob ON repository_blob.repository_id = repository.id
      JOIN blob ON blob.id = repository_blob.blob_id
      WHERE repository.name = $1 AND blob.digest = $2
      """;

  /**
   * Writes a row only where there is something to write: the second and later blobs of a repository
   * do not touch the repository's row, so that concurrent pushes do not wait for each other.
   *
   * <p>A row that a concurrent statement inserted after ours began is not visible to the SELECT in
   * the same statement; then {@code ON CONFLICT DO UPDATE} waits for it and returns it. It updates
   * no key, so it does not wait for those who only refer to the row.
   */
  static final String COMMIT_UPLOAD =
      """
      WITH known_repository AS (SELECT id FROM repository WHERE name = $1),
      new_repository AS (
        INSERT INTO repository (name, project_id)
        SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM known_repository)
        ON CONFLICT (name) DO UPDATE SET updated_at = repository.updated_at
        RETURNING id),
      known_blob AS (SELECT id FROM blob WHERE digest = $3 FOR KEY SHARE),
      new_blob AS (
        INSERT INTO blob (digest, size)
        SELECT $3, $4 WHERE NOT EXISTS (SELECT FROM known_blob)
        ON CONFLICT (digest) DO UPDATE SET size = blob.size
        RETURNING id),
      finished AS (DELETE FROM upload WHERE id = $6)
      INSERT INTO repository_blob (repository_id, blob_id, leased_until)
      SELECT r.id, b.id, $5
      FROM (SELECT id FROM known_repository UNION ALL SELECT id FROM new_repository) r,
           (SELECT id FROM known_blob UNION ALL SELECT id FROM new_blob) b
      ON CONFLICT (repository_id, blob_id)
      DO UPDATE SET leased_until = greatest(repository_blob.leased_until, excluded.leased_until)
      """;

  static final String MOUNT =
      """
      WITH source AS (
        SELECT blob.id, blob.size
        FROM repository
        JOIN repository_blob ON repository_blob.repository_id = repository.id
        JOIN blob ON blob.id = repository_blob.blob_id
        WHERE repository.name = $2 AND blob.digest = $1
        FOR KEY SHARE OF blob),
      known_repository AS (SELECT id FROM repository WHERE name = $3),
      new_repository AS (
        INSERT INTO repository (name, project_id)
        SELECT $3, $4 WHERE NOT EXISTS (SELECT FROM known_repository) AND EXISTS (SELECT FROM source)
        ON CONFLICT (name) DO UPDATE SET updated_at = repository.updated_at
        RETURNING id),
      linked AS (
        INSERT INTO repository_blob (repository_id, blob_id, leased_until)
        SELECT r.id, source.id, $5
        FROM (SELECT id FROM known_repository UNION ALL SELECT id FROM new_repository) r, source
        ON CONFLICT (repository_id, blob_id)
        DO UPDATE SET leased_until = greatest(repository_blob.leased_until, excluded.leased_until))
      SELECT size FROM source
      """;

  static final String LINKING =
      """
      SELECT repository.name
      FROM blob
      JOIN repository_blob ON repository_blob.blob_id = blob.id
      JOIN repository ON repository.id = repository_blob.repository_id
      WHERE blob.digest = $1
      LIMIT $2
      """;

  /** Locked against manifests that are being pushed: they share-lock the links that they need. */
  static final String LOCK_LINK =
      """
      SELECT repository_blob.repository_id, repository_blob.blob_id
      FROM repository
      JOIN repository_blob ON repository_blob.repository_id = repository.id
      JOIN blob ON blob.id = repository_blob.blob_id
      WHERE repository.name = $1 AND blob.digest = $2
      FOR UPDATE OF repository_blob
      """;

  static final String NAMED_BY =
      """
      SELECT manifest.digest
      FROM manifest_reference
      JOIN manifest ON manifest.id = manifest_reference.manifest_id
      WHERE manifest_reference.repository_id = $1 AND manifest_reference.digest = $2
      LIMIT 1
      """;

  static final String UNLINK =
      """
      DELETE FROM repository_blob WHERE repository_id = $1 AND blob_id = $2
      """;

  private final Database database;

  public PgBlobRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Long> findLinked(RepositoryName repository, Digest digest) {
    return database.one(
        FIND_LINKED, row -> Rows.number(row, "size"), repository.value(), digest.toString());
  }

  @Override
  public Mono<Void> commitUpload(
      UploadSession session, Digest digest, long size, Instant leasedUntil) {
    return database
        .update(
            COMMIT_UPLOAD,
            session.repository().value(),
            session.projectId(),
            digest.toString(),
            size,
            Rows.timestamp(leasedUntil),
            session.id().value())
        .then();
  }

  @Override
  public Mono<Long> mount(
      Digest digest, RepositoryName from, RepositoryName to, long projectId, Instant leasedUntil) {
    return database.one(
        MOUNT,
        row -> Rows.number(row, "size"),
        digest.toString(),
        from.value(),
        to.value(),
        projectId,
        Rows.timestamp(leasedUntil));
  }

  @Override
  public Mono<List<RepositoryName>> linking(Digest digest, int limit) {
    return database.many(
        LINKING, row -> RepositoryName.parse(Rows.text(row, "name")), digest.toString(), limit);
  }

  @Override
  public Mono<Unlinked> unlink(RepositoryName repository, Digest digest) {
    return database.inTx(tx -> unlinkIn(tx, repository, digest));
  }

  private Mono<Unlinked> unlinkIn(Tx tx, RepositoryName repository, Digest digest) {
    return database
        .in(tx)
        .one(LOCK_LINK, Link::of, repository.value(), digest.toString())
        .flatMap(link -> unlinkLocked(tx, link, digest))
        .switchIfEmpty(Mono.fromSupplier(Unlinked.Unknown::new));
  }

  private Mono<Unlinked> unlinkLocked(Tx tx, Link link, Digest digest) {
    return database
        .in(tx)
        .one(
            NAMED_BY,
            row -> Digest.parse(Rows.text(row, "digest")),
            link.repositoryId(),
            digest.toString())
        .<Unlinked>map(Unlinked.NamedBy::new)
        .switchIfEmpty(
            Mono.defer(() ->
                database
                    .in(tx)
                    .update(UNLINK, link.repositoryId(), link.blobId())
                    .map(_ -> new Unlinked.Done())));
  }

  private record Link(long repositoryId, long blobId) {
    static Link of(Readable row) {
      return new Link(Rows.number(row, "repository_id"), Rows.number(row, "blob_id"));
    }
  }
}
