package dev.breakwater.storage.sql.explain;

import dev.breakwater.core.explain.ReasonRepository;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import java.time.Instant;
import java.util.List;
import reactor.core.publisher.Mono;

/** Finds what keeps artifacts and blobs by the definitions that garbage collection has. */
public final class PgReasonRepository implements ReasonRepository {
  static final String INDEXES =
      """
      SELECT parent.digest
      FROM manifest AS child
      JOIN manifest_reference AS named
        ON named.project_id = child.project_id AND named.digest = child.digest
        AND named.repository_id = child.repository_id AND named.kind = 'c'
      JOIN manifest AS parent ON parent.id = named.manifest_id
      WHERE child.id = $1
      ORDER BY parent.id LIMIT $2
      """;
  static final String SUBJECT =
      """
      SELECT subject.digest
      FROM manifest AS accessory
      JOIN manifest AS subject
        ON subject.repository_id = accessory.repository_id
        AND subject.digest = accessory.accessory_of
      WHERE accessory.id = $1
      """;
  static final String RESTORABLE =
      """
      SELECT max(deleted_manifest.restorable_until) AS restorable_until
      FROM repository
      JOIN deleted_manifest ON deleted_manifest.repository_id = repository.id
      WHERE repository.name = $1 AND deleted_manifest.digest = $2
        AND deleted_manifest.restorable_until > now()
      HAVING count(*) > 0
      """;
  static final String LINK =
      """
      SELECT link.leased_until, blob.touched_until,
        (SELECT count(*) FROM repository_blob AS other
         WHERE other.blob_id = blob.id AND other.repository_id <> link.repository_id) AS others
      FROM repository
      JOIN blob ON blob.digest = $2
      JOIN repository_blob AS link
        ON link.repository_id = repository.id AND link.blob_id = blob.id
      WHERE repository.name = $1
      """;
  static final String MANIFESTS =
      """
      SELECT manifest.digest
      FROM repository
      JOIN manifest_reference AS named
        ON named.project_id = repository.project_id AND named.digest = $2
        AND named.repository_id = repository.id
      JOIN manifest ON manifest.id = named.manifest_id
      WHERE repository.name = $1
      ORDER BY named.manifest_id LIMIT $3
      """;
  static final String DELETED =
      """
      SELECT deleted.digest, deleted.restorable_until
      FROM repository
      JOIN deleted_reference AS reference
        ON reference.repository_id = repository.id AND reference.digest = $2
      JOIN deleted_manifest AS deleted ON deleted.id = reference.manifest_id
      WHERE repository.name = $1 AND deleted.restorable_until > now()
      ORDER BY deleted.restorable_until DESC LIMIT $3
      """;

  private final Database database;

  public PgReasonRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<List<Digest>> indexesOf(long artifactId) {
    return database.many(INDEXES, row -> Digest.parse(Rows.text(row, "digest")), artifactId, MAX);
  }

  @Override
  public Mono<Digest> subjectOf(long artifactId) {
    return database.one(SUBJECT, row -> Digest.parse(Rows.text(row, "digest")), artifactId);
  }

  @Override
  public Mono<Instant> restorableUntil(RepositoryName repository, Digest digest) {
    return database.one(
        RESTORABLE,
        row -> Rows.instant(row, "restorable_until"),
        repository.value(),
        digest.toString());
  }

  @Override
  public Mono<Link> link(RepositoryName repository, Digest blob) {
    return database.one(
        LINK,
        row ->
            new Link(
                Rows.instant(row, "leased_until"),
                Rows.findInstant(row, "touched_until"),
                Rows.number(row, "others")),
        repository.value(),
        blob.toString());
  }

  @Override
  public Mono<List<Digest>> manifestsNaming(RepositoryName repository, Digest blob) {
    return database.many(
        MANIFESTS,
        row -> Digest.parse(Rows.text(row, "digest")),
        repository.value(),
        blob.toString(),
        MAX);
  }

  @Override
  public Mono<List<Deleted>> deletedNaming(RepositoryName repository, Digest blob) {
    return database.many(
        DELETED,
        row ->
            new Deleted(
                Digest.parse(Rows.text(row, "digest")), Rows.instant(row, "restorable_until")),
        repository.value(),
        blob.toString(),
        MAX);
  }
}
