package dev.breakwater.core.adoption;

import dev.breakwater.core.blob.BlobRepository;
import dev.breakwater.core.blob.BlobSettings;
import dev.breakwater.core.blob.BlobStore;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.blob.UploadSession;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Descriptor;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.quota.ProjectSpace;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.core.verify.StoredBlobs;
import java.time.Clock;
import java.time.Instant;
import reactor.core.publisher.Mono;

/**
 * Links blobs that lie in the store already: the end of a push whose bytes need not come. What no
 * repository links yet is read and compared with its digest first.
 */
final class AdoptBlobs {
  private final BlobRepository rows;
  private final BlobStore store;
  private final StoredBlobs files;
  private final ProjectSpace space;
  private final BlobSettings settings;
  private final Clock clock;

  AdoptBlobs(
      BlobRepository rows,
      BlobStore store,
      StoredBlobs files,
      ProjectSpace space,
      BlobSettings settings,
      Clock clock) {
    this.rows = rows;
    this.store = store;
    this.files = files;
    this.space = space;
    this.settings = settings;
    this.clock = clock;
  }

  /** Whether the blob can be linked. Changes nothing but the time until which its file stays. */
  Mono<Inspected> inspect(AdoptionRun run, FoundRepository repository, Descriptor blob) {
    Digest digest = blob.digest();
    return rows.findLinked(repository.name(), digest)
        .filter(found -> !found.lost())
        .<Inspected>map(_ -> new Inspected.Linked())
        .switchIfEmpty(
            Mono.defer(() ->
                rows.protect(digest, leasedUntil())
                    .then(store.stat(digest))
                    .flatMap(size -> compare(run, blob, size))
                    .switchIfEmpty(
                        Mono.fromSupplier(
                            () -> new Inspected.Missing(digest + " is not in the storage")))));
  }

  private Mono<Inspected> compare(AdoptionRun run, Descriptor blob, long size) {
    Digest digest = blob.digest();
    if (!run.options().compareDigests()) {
      return Mono.just(
          size == blob.size()
              ? new Inspected.Ready(digest, size)
              : new Inspected.Damaged(
                  digest
                      + " has "
                      + size
                      + " bytes, not "
                      + blob.size()
                      + " as its manifest says"));
    }
    return isKnown(digest)
        .flatMap(known -> known ? Mono.just(digest) : files.hash(digest, run.bytes()))
        .map(actual ->
            actual.equals(digest)
                ? new Inspected.Ready(digest, size)
                : new Inspected.Damaged(
                    digest + " is damaged: its bytes have the digest " + actual));
  }

  /** What another repository links was compared before. */
  private Mono<Boolean> isKnown(Digest digest) {
    return rows.linking(digest, 1)
        .flatMapIterable(names -> names)
        .next()
        .flatMap(name -> rows.findLinked(name, digest))
        .map(found -> !found.lost())
        .defaultIfEmpty(false);
  }

  /** Makes the blob readable in the repository. */
  Mono<Void> link(AdoptionRun run, FoundRepository repository, Inspected.Ready blob) {
    UploadSession session =
        new UploadSession(
            UploadId.random(),
            repository.name(),
            repository.project().id(),
            run.caller().principal().key(),
            blob.size(),
            clock.instant());
    return space
        .inTx(session.projectId(), session.id().value(), 0, tx -> linkIn(tx, session, blob))
        .doOnNext(_ -> run.report().blob())
        .then();
  }

  /**
   * Once the row is written nobody takes the file for one that nothing knows; whether that was done
   * a moment before is seen at the file.
   */
  private Mono<Accounted<Digest>> linkIn(Tx tx, UploadSession session, Inspected.Ready blob) {
    return rows.commitUpload(tx, session, blob.digest(), blob.size(), leasedUntil())
        .delayUntil(_ ->
            store
                .stat(blob.digest())
                .switchIfEmpty(
                    Mono.error(() ->
                        new RegistryException(
                            ErrorCode.MANIFEST_BLOB_UNKNOWN,
                            blob.digest() + " was deleted at this moment"))));
  }

  private Instant leasedUntil() {
    return clock.instant().plus(settings.lease());
  }

  /** What was found out about a blob. */
  sealed interface Inspected {
    /** The repository has it. */
    record Linked() implements Inspected {}

    /** It is what it should be. */
    record Ready(Digest digest, long size) implements Inspected {}

    /** There is none. */
    record Missing(String reason) implements Inspected {}

    /** It is not what it should be. */
    record Damaged(String reason) implements Inspected {}
  }
}
