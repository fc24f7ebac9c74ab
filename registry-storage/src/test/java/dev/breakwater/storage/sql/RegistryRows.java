package dev.breakwater.storage.sql;

import dev.breakwater.core.audit.AuditRepository;
import dev.breakwater.core.audit.AuditRules;
import dev.breakwater.core.blob.UploadSession;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.manifest.ManifestPushes;
import dev.breakwater.core.manifest.ManifestPushes.Outcome;
import dev.breakwater.core.manifest.ManifestRemovals.Doomed;
import dev.breakwater.core.manifest.NewManifest;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.blob.PgBlobRepository;
import dev.breakwater.storage.sql.manifest.PgManifestPushes;
import dev.breakwater.storage.sql.manifest.PgManifestRemovals;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Pushes and deletes in the transactions that the use cases make, without their checks. */
public final class RegistryRows {
  private final Database database;
  private final PgBlobRepository blobs;
  private final PgManifestPushes pushes;
  private final PgManifestRemovals removals;

  public RegistryRows(Database database) {
    this.database = database;
    this.blobs = new PgBlobRepository(database);
    this.pushes = new PgManifestPushes(database);
    this.removals = new PgManifestRemovals(database, pushes);
  }

  /** What is missing. */
  public Mono<List<Digest>> store(NewManifest manifest) {
    return database.inTx(tx -> storeIn(tx, manifest));
  }

  /** The same as a part of a longer transaction. */
  public Mono<List<Digest>> storeIn(Tx tx, NewManifest manifest) {
    return pushes
        .lock(tx, manifest.repository(), manifest.tags())
        .then(Mono.defer(() -> pushes.store(tx, manifest, UUID.randomUUID())))
        .map(Accounted::result)
        .delayUntil(outcome -> pushes.settle(tx, outcome.unsettled()))
        .map(ManifestPushes.Outcome::missing);
  }

  /** The same in one statement; empty if the push is not one of the usual kind. */
  public Mono<Outcome> storeAlone(NewManifest manifest) {
    return pushes.storeAlone(manifest, UUID.randomUUID(), created(manifest), Instant.now());
  }

  /** Only gives new tags to one that has a tag; empty if that would not be all. */
  public Mono<Outcome> tagAlone(NewManifest manifest) {
    return pushes.tagAlone(manifest, created(manifest), Instant.now());
  }

  private static AuditRepository.Judged created(NewManifest manifest) {
    Event event =
        Event.of(EventType.CREATE_ARTIFACT, Caller.ANONYMOUS, "a resource", "a description");
    return new AuditRepository.Judged(event.in(manifest.projectId()), AuditRules.Fate.KEPT);
  }

  /** Whether the same push once more would change nothing. */
  public Mono<Boolean> isStored(NewManifest manifest) {
    return pushes.isStored(
        manifest.projectId(),
        manifest.repository(),
        manifest.manifest().digest(),
        manifest.document(),
        manifest.tags());
  }

  public Mono<Digest> commit(UploadSession session, Digest digest, long size, Instant leasedUntil) {
    return blobs.commitUpload(session, digest, size, leasedUntil);
  }

  /** The blob's size. */
  public Mono<Long> mount(
      Digest digest, RepositoryName from, RepositoryName to, long project, Instant leasedUntil) {
    return database
        .inTx(tx -> blobs.mount(tx, digest, from, to, project, leasedUntil, UUID.randomUUID()))
        .map(Accounted::result);
  }

  /** The tags that went with it; empty: there is no such manifest. */
  public Mono<Optional<List<Tag>>> delete(RepositoryName repository, Digest digest) {
    return delete(repository, digest, Optional.empty());
  }

  /** The same, to be brought back until then. */
  public Mono<Optional<List<Tag>>> delete(
      RepositoryName repository, Digest digest, Optional<Instant> restorableUntil) {
    return database
        .inTx(tx -> deleteIn(tx, repository, digest, restorableUntil))
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty());
  }

  private Mono<List<Tag>> deleteIn(
      Tx tx, RepositoryName repository, Digest digest, Optional<Instant> restorableUntil) {
    return removals
        .locate(tx, repository, digest)
        .flatMap(found ->
            removals
                .lock(tx, found.repositoryId(), Set.of(found.id()))
                .filter(locked -> !locked.isEmpty())
                .flatMap(locked ->
                    removals
                        .inspect(tx, found.repositoryId(), locked)
                        .delayUntil(_ ->
                            removals.remove(
                                tx, found, locked, "alice", UUID.randomUUID(), restorableUntil))))
        .map(gone -> gone.stream().map(Doomed::tags).flatMap(List::stream).toList());
  }

  /** Whether there was such a tag. */
  public Mono<Boolean> deleteTag(RepositoryName repository, Tag tag) {
    return database
        .inTx(tx ->
            pushes
                .lock(tx, repository, Set.of(tag))
                .then(Mono.defer(() -> removals.removeTag(tx, repository, tag, "alice"))))
        .hasElement();
  }

  /** How many manifests do not know whether they have a tag. */
  public Mono<Long> wrongAboutTheirTags() {
    return database.one(
        """
        SELECT count(*) AS n FROM manifest
        WHERE tagged <> EXISTS (SELECT FROM tag WHERE tag.manifest_id = manifest.id)
        """,
        row -> Rows.number(row, "n"));
  }
}
