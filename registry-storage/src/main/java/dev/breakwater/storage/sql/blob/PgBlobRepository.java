package dev.breakwater.storage.sql.blob;

import dev.breakwater.core.blob.BlobRepository;
import dev.breakwater.core.blob.UploadSession;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import dev.breakwater.storage.sql.quota.ProjectContent;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Blobs and their links as rows. */
public final class PgBlobRepository implements BlobRepository {
  static final String FIND_LINKED =
      """
      SELECT blob.size, repository_blob.leased_until, blob.lost_at IS NOT NULL AS lost
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
   * no key, so it does not wait for those who only refer to the row. A blob that was lost takes the
   * same way, and is lost no longer: its file has just been put in place.
   */
  private static final String LINKED_AND_ACCOUNTED =
      """
      WITH known_repository AS (SELECT id FROM repository WHERE name = $1),
      new_repository AS (
        INSERT INTO repository (name, project_id)
        SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM known_repository)
        ON CONFLICT (name) DO UPDATE SET updated_at = repository.updated_at
        RETURNING id),
      known_blob AS (SELECT id FROM blob WHERE digest = $3 AND lost_at IS NULL FOR KEY SHARE),
      new_blob AS (
        INSERT INTO blob (digest, size)
        SELECT $3, $4 WHERE NOT EXISTS (SELECT FROM known_blob)
        ON CONFLICT (digest) DO UPDATE SET size = blob.size, lost_at = NULL
        RETURNING id),
      finished AS (DELETE FROM upload WHERE id = $6),
      linked AS (
        INSERT INTO repository_blob (repository_id, blob_id, leased_until, review_at)
        SELECT r.id, b.id, $5, $5
        FROM (SELECT id FROM known_repository UNION ALL SELECT id FROM new_repository) r,
             (SELECT id FROM known_blob UNION ALL SELECT id FROM new_blob) b
        ON CONFLICT (repository_id, blob_id)
        DO UPDATE SET
          leased_until = greatest(repository_blob.leased_until, excluded.leased_until),
          given_up = false),
      content (digest, size) AS (VALUES ($3::text, $4::bigint)),
      """
          + ProjectContent.added("$2", "$6");

  static final String COMMIT_UPLOAD = LINKED_AND_ACCOUNTED + ProjectContent.WITHIN;
  static final String COMMIT_UPLOAD_IN_TX = LINKED_AND_ACCOUNTED + "SELECT * FROM account";

  static final String RENEW_LEASE =
      """
      UPDATE repository_blob SET leased_until = greatest(leased_until, $3)
      FROM repository, blob
      WHERE repository.name = $1 AND blob.digest = $2
        AND repository_blob.repository_id = repository.id AND repository_blob.blob_id = blob.id
      """;

  static final String PROTECT =
      """
      WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
      UPDATE blob SET touched_until = $2 FROM relaxed
      WHERE digest = $1
      """;

  static final String MOUNT =
      """
      WITH source AS (
        SELECT blob.id, blob.size
        FROM repository
        JOIN repository_blob ON repository_blob.repository_id = repository.id
        JOIN blob ON blob.id = repository_blob.blob_id
        WHERE repository.name = $2 AND blob.digest = $1 AND blob.lost_at IS NULL
        FOR KEY SHARE OF blob),
      known_repository AS (SELECT id FROM repository WHERE name = $3),
      new_repository AS (
        INSERT INTO repository (name, project_id)
        SELECT $3, $4 WHERE NOT EXISTS (SELECT FROM known_repository) AND EXISTS (SELECT FROM source)
        ON CONFLICT (name) DO UPDATE SET updated_at = repository.updated_at
        RETURNING id),
      linked AS (
        INSERT INTO repository_blob (repository_id, blob_id, leased_until, review_at)
        SELECT r.id, source.id, $5, $5
        FROM (SELECT id FROM known_repository UNION ALL SELECT id FROM new_repository) r, source
        ON CONFLICT (repository_id, blob_id)
        DO UPDATE SET
          leased_until = greatest(repository_blob.leased_until, excluded.leased_until),
          given_up = false),
      content (digest, size) AS (SELECT $1::text, size FROM source),
      """
          + ProjectContent.added("$4", "$6")
          + "SELECT source.size, account.* FROM source, account";

  static final String LINKING =
      """
      SELECT repository.name
      FROM blob
      JOIN repository_blob ON repository_blob.blob_id = blob.id
      JOIN repository ON repository.id = repository_blob.repository_id
      WHERE blob.digest = $1
      LIMIT $2
      """;

  static final String FIND_LINK =
      """
      SELECT repository.project_id, repository_blob.repository_id, repository_blob.blob_id
      FROM repository
      JOIN repository_blob ON repository_blob.repository_id = repository.id
      JOIN blob ON blob.id = repository_blob.blob_id
      WHERE repository.name = $1 AND blob.digest = $2
      """;

  /** Locked against manifests that are being pushed: they share-lock the links that they need. */
  static final String LOCK_LINK =
      """
      SELECT blob_id FROM repository_blob WHERE repository_id = $1 AND blob_id = $2 FOR UPDATE
      """;

  static final String NAMED_BY =
      """
      SELECT manifest.digest
      FROM manifest_reference
      JOIN manifest ON manifest.id = manifest_reference.manifest_id
      WHERE manifest_reference.project_id = $1 AND manifest_reference.digest = $2
        AND manifest_reference.repository_id = $3
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
  public Mono<LinkedBlob> findLinked(RepositoryName repository, Digest digest) {
    return database.one(
        FIND_LINKED,
        row ->
            new LinkedBlob(
                Rows.number(row, "size"),
                Rows.instant(row, "leased_until"),
                Rows.flag(row, "lost")),
        repository.value(),
        digest.toString());
  }

  @Override
  public Mono<Boolean> renewLease(RepositoryName repository, Digest digest, Instant leasedUntil) {
    return database
        .update(RENEW_LEASE, repository.value(), digest.toString(), Rows.timestamp(leasedUntil))
        .map(count -> count > 0);
  }

  @Override
  public Mono<Void> protect(Digest digest, Instant until) {
    return database.update(PROTECT, digest.toString(), Rows.timestamp(until)).then();
  }

  @Override
  public Mono<Digest> commitUpload(
      UploadSession session, Digest digest, long size, Instant leasedUntil) {
    return database
        .oneRepeatable(COMMIT_UPLOAD, _ -> digest, parameters(session, digest, size, leasedUntil))
        .onErrorMap(ProjectContent::roomNeeded);
  }

  @Override
  public Mono<Accounted<Digest>> commitUpload(
      Tx tx, UploadSession session, Digest digest, long size, Instant leasedUntil) {
    return database
        .in(tx)
        .one(
            COMMIT_UPLOAD_IN_TX,
            row -> ProjectContent.account(row, digest),
            parameters(session, digest, size, leasedUntil));
  }

  private static Object[] parameters(
      UploadSession session, Digest digest, long size, Instant leasedUntil) {
    return new Object[] {
      session.repository().value(),
      session.projectId(),
      digest.toString(),
      size,
      Rows.timestamp(leasedUntil),
      session.id().value()
    };
  }

  @Override
  public Mono<Accounted<Long>> mount(
      Tx tx,
      Digest digest,
      RepositoryName from,
      RepositoryName to,
      long projectId,
      Instant leasedUntil,
      UUID promise) {
    return database
        .in(tx)
        .one(
            MOUNT,
            row -> ProjectContent.account(row, Rows.number(row, "size")),
            digest.toString(),
            from.value(),
            to.value(),
            projectId,
            Rows.timestamp(leasedUntil),
            promise);
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

  /** The project's content is locked before the link, in the order of all who take some away. */
  private Mono<Unlinked> unlinkIn(Tx tx, RepositoryName repository, Digest digest) {
    Statements statements = database.in(tx);
    String[] digests = {digest.toString()};
    return statements
        .one(FIND_LINK, Link::of, repository.value(), digest.toString())
        .delayUntil(link -> ProjectContent.lock(statements, link.projectId(), digests))
        .filterWhen(link ->
            statements
                .one(
                    LOCK_LINK,
                    row -> Rows.number(row, "blob_id"),
                    link.repositoryId(),
                    link.blobId())
                .hasElement())
        .flatMap(link -> unlinkLocked(statements, link, digest))
        .switchIfEmpty(Mono.fromSupplier(Unlinked.Unknown::new));
  }

  private static Mono<Unlinked> unlinkLocked(Statements statements, Link link, Digest digest) {
    return statements
        .one(
            NAMED_BY,
            row -> Digest.parse(Rows.text(row, "digest")),
            link.projectId(),
            digest.toString(),
            link.repositoryId())
        .<Unlinked>map(Unlinked.NamedBy::new)
        .switchIfEmpty(Mono.defer(() -> remove(statements, link, digest)));
  }

  private static Mono<Unlinked> remove(Statements statements, Link link, Digest digest) {
    String[] digests = {digest.toString()};
    return statements
        .update(UNLINK, link.repositoryId(), link.blobId())
        .then(Mono.defer(() -> ProjectContent.remove(statements, link.projectId(), digests)))
        .thenReturn(new Unlinked.Done());
  }

  private record Link(long projectId, long repositoryId, long blobId) {
    static Link of(Readable row) {
      return new Link(
          Rows.number(row, "project_id"),
          Rows.number(row, "repository_id"),
          Rows.number(row, "blob_id"));
    }
  }
}
