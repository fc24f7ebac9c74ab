package dev.breakwater.storage.blob.s3;

import dev.breakwater.core.adoption.ObjectListing;
import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.BlobContent;
import dev.breakwater.core.blob.BlobSink;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.verify.StoredBlobs;
import dev.breakwater.storage.StorageUnusableException;
import dev.breakwater.storage.blob.BlobDriver;
import dev.breakwater.storage.blob.ObjectKeys;
import dev.breakwater.storage.blob.PartMemory;
import dev.breakwater.storage.blob.StagedUploads;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Blobs as objects of a store that speaks S3.
 *
 * <p>Bytes pass through parts of fixed size, taken from one budget for all uploads ({@link
 * PartMemory}), so memory does not grow with load. A blob whose digest is known beforehand is
 * written in place ({@link DirectPush}), any other one under a key of its own and then copied by
 * the service ({@link S3Staging}). Rows tell every replica how far an upload has come ({@link
 * StagedUploads}).
 */
public final class S3BlobStore implements BlobDriver {
  private static final Logger log = LoggerFactory.getLogger(S3BlobStore.class);

  private final S3Settings settings;
  private final S3Connections connections;
  private final ObjectKeys keys;
  private final S3Objects objects;
  private final StagedUploads rows;
  private final PartMemory memory;
  private final Scheduler workers;
  private final S3Staging staging;
  private final S3Purge purge;
  private final StoredBlobs files;

  private S3BlobStore(
      S3Settings settings,
      S3Connections connections,
      S3Objects objects,
      ObjectCopy copy,
      StagedUploads rows,
      Scheduler workers) {
    this.settings = settings;
    this.connections = connections;
    this.keys = new ObjectKeys(settings.root());
    this.objects = objects;
    this.rows = rows;
    this.workers = workers;
    this.memory =
        new PartMemory(settings.partSize(), settings.partMemory(), ByteBuffer::allocateDirect);
    this.staging = new S3Staging(objects, rows, keys, settings, memory, copy, workers);
    this.purge = new S3Purge(objects, rows, keys, staging);
    this.files = new S3StoredBlobs(objects, keys, copy, workers);
  }

  /**
   * Makes the store without asking the service for anything.
   *
   * @param rows how far uploads have come
   * @param workers runs what blocks or takes long; several threads, never an event loop
   */
  public static S3BlobStore open(
      S3Settings settings, StagedUploads rows, Scheduler workers, Clock clock) {
    return open(settings, rows, workers, clock, ObjectCopy.LARGEST);
  }

  /**
   * @param largestCopy in bytes, what is copied at once
   */
  static S3BlobStore open(
      S3Settings settings, StagedUploads rows, Scheduler workers, Clock clock, long largestCopy) {
    S3Connections connections = new S3Connections(settings);
    S3Objects objects = objects(settings, connections, workers, clock);
    return new S3BlobStore(
        settings, connections, objects, new ObjectCopy(objects, largestCopy), rows, workers);
  }

  private static S3Objects objects(
      S3Settings settings, S3Connections connections, Scheduler workers, Clock clock) {
    S3Http http =
        new S3Http(
            connections.client(),
            S3Address.of(settings, settings.endpoint()),
            new S3Signer(settings.region(), clock),
            new S3Credentials(settings, workers));
    return new S3Objects(http, settings);
  }

  @Override
  public Mono<Void> check() {
    return objects
        .list(keys.uploads(), Optional.empty())
        .then()
        .onErrorResume(S3BlobStore::passes, S3BlobStore::report)
        .onErrorMap(
            S3Exception.class,
            error ->
                new StorageUnusableException(
                    "the bucket '"
                        + settings.bucket()
                        + "' cannot be used ("
                        + error.getMessage()
                        + "): look at storage.s3.*",
                    error));
  }

  private static boolean passes(Throwable error) {
    return S3Errors.isPassing(error);
  }

  private static Mono<Void> report(Throwable error) {
    log.warn("S3 does not answer; not ready before it does: {}", error.toString());
    return Mono.empty();
  }

  @Override
  public Mono<Long> stat(Digest digest) {
    return objects
        .head(keys.blob(digest))
        .flatMap(head -> Mono.fromCallable(head::length))
        .onErrorMap(S3Errors::translate);
  }

  @Override
  public Mono<BlobContent> open(Digest digest) {
    return objects
        .get(keys.blob(digest))
        .doOnDiscard(S3Content.class, S3Content::close)
        .cast(BlobContent.class)
        .onErrorMap(S3Errors::translate);
  }

  @Override
  public Mono<Long> append(UploadId upload, long offset, BlobBody body) {
    return body == BlobBody.EMPTY
        ? Mono.just(offset)
        : staging.append(upload, offset, body).onErrorMap(S3Errors::translate);
  }

  @Override
  public Mono<Long> uploaded(UploadId upload) {
    return staging.size(upload);
  }

  @Override
  public boolean replaysUnfinished() {
    return false;
  }

  @Override
  public Mono<Void> replay(UploadId upload, long length, BlobSink sink) {
    return staging.replay(upload, length, sink).onErrorMap(S3Errors::translate);
  }

  @Override
  public Mono<Void> commit(UploadId upload, Digest digest, long size) {
    Mono<Void> commit =
        size == 0
            ? objects.put(keys.blob(digest), ByteBuffer.allocate(0))
            : staging.commit(upload, keys.blob(digest), size);
    return commit.onErrorMap(S3Errors::translate);
  }

  @Override
  public Mono<Void> forget(UploadId upload) {
    return abort(upload);
  }

  @Override
  public boolean storesWhole() {
    return true;
  }

  @Override
  public Mono<Long> storeWhole(
      UploadId upload, Digest digest, BlobBody body, Function<Long, Mono<Void>> verify) {
    return Mono.defer(() ->
            new DirectPush(objects, rows, keys, settings, memory, workers, upload, digest)
                .take(body, verify))
        .onErrorMap(S3Errors::translate);
  }

  @Override
  public Mono<URI> locate(Digest digest) {
    return Mono.justOrEmpty(settings.redirect())
        .flatMap(redirect ->
            objects.locate(
                keys.blob(digest),
                S3Address.of(settings, redirect.endpoint().or(settings::endpoint)),
                redirect.lifetime()))
        .onErrorMap(S3Errors::translate);
  }

  @Override
  public Mono<Void> abort(UploadId upload) {
    return staging.remove(upload).onErrorMap(S3Errors::translate);
  }

  @Override
  public Mono<Void> delete(Digest digest) {
    return objects.delete(keys.blob(digest)).onErrorMap(S3Errors::translate);
  }

  /**
   * The rows see to that: a request that was overtaken records nothing any more, writes parts only
   * under numbers that nobody else uses, and puts nothing together that a later one goes on with.
   */
  @Override
  public Mono<Void> seize(UploadId upload) {
    return Mono.empty();
  }

  @Override
  public Mono<Long> removeStaleUploads(Duration age, Instant now) {
    return purge.purge(age, now).onErrorMap(S3Errors::translate);
  }

  @Override
  public StoredBlobs files() {
    return files;
  }

  @Override
  public Optional<ObjectListing> listing() {
    return Optional.of(new S3Listing(objects, keys));
  }

  /** How many parts uploads hold now, for those who watch memory. */
  public int partsTaken() {
    return memory.taken();
  }

  /** How many uploads wait for a part. */
  public int uploadsWaiting() {
    return memory.waiting();
  }

  @Override
  public void close() {
    connections.close();
  }
}
