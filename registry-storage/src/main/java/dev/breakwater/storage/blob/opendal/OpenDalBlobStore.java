package dev.breakwater.storage.blob.opendal;

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
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.opendal.Entry;
import org.apache.opendal.Metadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Blobs as objects of a cloud's store, reached through Apache OpenDAL.
 *
 * <p>Bytes pass through pieces of fixed size, taken from one budget for all uploads ({@link
 * PartMemory}). A blob of one piece whose digest is known is written in place ({@link WholePush}),
 * any other one is staged piece by piece ({@link CloudStaging}) and then put together ({@link
 * Assembly}). Downloads are read in steps, from a budget of their own ({@link ReadMemory}).
 */
public final class OpenDalBlobStore implements BlobDriver {
  private static final Logger log = LoggerFactory.getLogger(OpenDalBlobStore.class);
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final OpenDalSettings settings;
  private final ObjectKeys keys;
  private final CloudObjects objects;
  private final PartMemory memory;
  private final ReadMemory readMemory;
  private final Assembly assembly;
  private final CloudStaging staging;
  private final CloudPurge purge;
  private final StoredBlobs files;
  private final Scheduler workers;
  private final Optional<HttpClient> client;

  private OpenDalBlobStore(
      OpenDalSettings settings, StagedUploads rows, Scheduler workers, Clock clock) {
    this.settings = settings;
    this.workers = workers;
    this.keys = new ObjectKeys(settings.root());
    this.client = settings.swift().map(_ -> httpClient());
    Optional<SwiftAccount> swift =
        settings.swift().map(login -> new SwiftAccount(login, client.orElseThrow(), clock));
    Operators operators = new Operators(settings);
    this.objects = new CloudObjects(operators, swift, workers);
    this.assembly =
        new Assembly(
            objects,
            swift
                .<ObjectWriter>map(account -> new SwiftWriter(account, client.orElseThrow()))
                .orElseGet(() -> new PartsWriter(operators, settings.partSize())));
    this.memory = new PartMemory(settings.partSize(), settings.partMemory(), ByteBuffer::allocate);
    this.readMemory = new ReadMemory(settings.readMemory());
    this.staging = new CloudStaging(objects, rows, keys, memory, assembly, settings, workers);
    this.purge = new CloudPurge(objects, rows, keys, staging);
    this.files = new CloudStoredBlobs(objects, keys, assembly, workers);
  }

  private static HttpClient httpClient() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT)
        .build();
  }

  /**
   * Makes the store without asking the service for anything.
   *
   * @param rows how far uploads have come
   * @param workers runs what blocks or takes long; several threads, never an event loop
   */
  public static OpenDalBlobStore open(
      OpenDalSettings settings, StagedUploads rows, Scheduler workers, Clock clock) {
    return new OpenDalBlobStore(settings, rows, workers, clock);
  }

  @Override
  public Mono<Void> check() {
    return objects
        .listFolder(keys.uploads())
        .then()
        .onErrorResume(
            error -> error instanceof CloudException it && it.kind() == CloudException.Kind.PASSING,
            this::report)
        .onErrorMap(
            CloudException.class,
            error ->
                new StorageUnusableException(
                    settings.service().title()
                        + " cannot be used ("
                        + error.getMessage()
                        + "): look at storage."
                        + settings.service().scheme()
                        + ".*",
                    error));
  }

  private Mono<Void> report(Throwable error) {
    log.warn(
        "{} does not answer; not ready before it does: {}",
        settings.service().title(),
        error.toString());
    return Mono.empty();
  }

  @Override
  public Mono<Long> stat(Digest digest) {
    return objects
        .stat(keys.blob(digest))
        .map(Metadata::getContentLength)
        .onErrorMap(CloudException::translate);
  }

  @Override
  public Mono<BlobContent> open(Digest digest) {
    return CloudContent.open(objects, readMemory, keys.blob(digest))
        .cast(BlobContent.class)
        .onErrorMap(CloudException::translate);
  }

  @Override
  public Mono<Long> append(UploadId upload, long offset, BlobBody body) {
    return body == BlobBody.EMPTY
        ? Mono.just(offset)
        : staging.append(upload, offset, body).onErrorMap(CloudException::translate);
  }

  @Override
  public Mono<Long> uploaded(UploadId upload) {
    return staging.size(upload);
  }

  @Override
  public Mono<Void> replay(UploadId upload, long length, BlobSink sink) {
    return staging.replay(upload, length, sink).onErrorMap(CloudException::translate);
  }

  @Override
  public Mono<Void> commit(UploadId upload, Digest digest, long size) {
    Mono<Void> commit =
        size == 0
            ? objects.write(keys.blob(digest), new byte[0])
            : staging.commit(upload, digest, size);
    return commit.onErrorMap(CloudException::translate);
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
            new WholePush(objects, staging, memory, workers, upload, digest, keys.blob(digest))
                .take(body, verify))
        .onErrorMap(CloudException::translate);
  }

  @Override
  public Mono<URI> locate(Digest digest) {
    return Mono.justOrEmpty(settings.redirect())
        .flatMap(lifetime -> objects.locate(keys.blob(digest), lifetime))
        .onErrorMap(CloudException::translate);
  }

  @Override
  public Mono<Void> abort(UploadId upload) {
    return staging.remove(upload).onErrorMap(CloudException::translate);
  }

  @Override
  public Mono<Void> delete(Digest digest) {
    return objects.delete(keys.blob(digest)).onErrorMap(CloudException::translate);
  }

  @Override
  public Mono<Long> removeStaleUploads(Duration age, Instant now) {
    return purge.purge(now.minus(age)).onErrorMap(CloudException::translate);
  }

  @Override
  public StoredBlobs files() {
    return files;
  }

  @Override
  public Optional<ObjectListing> listing() {
    return Optional.of(new CloudListing(objects, keys));
  }

  /** The keys of all that lies among the uploads. */
  Mono<List<String>> stagedObjects() {
    return objects
        .list(keys.uploads())
        .map(entries -> entries.stream().map(Entry::getPath).toList());
  }

  /** How many pieces uploads hold now, for those who watch memory. */
  public int partsTaken() {
    return memory.taken();
  }

  /** How many uploads wait for a piece. */
  public int uploadsWaiting() {
    return memory.waiting();
  }

  /** In bytes, what downloads may take still. */
  public long readMemoryFree() {
    return (long) readMemory.free() * ReadMemory.UNIT;
  }

  @Override
  public void close() {
    assembly.close();
    objects.close();
    client.ifPresent(HttpClient::shutdown);
  }
}
