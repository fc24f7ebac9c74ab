package dev.breakwater.storage.blob.s3;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.storage.blob.ObjectKeys;
import dev.breakwater.storage.blob.PartMemory;
import dev.breakwater.storage.blob.PartSink;
import dev.breakwater.storage.blob.StagedUploads;
import dev.breakwater.storage.blob.StoredPart;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One request that brings a whole blob whose digest is known. Its parts become the blob itself, and
 * a blob of less than one part is written at once from memory: nothing is visible before the bytes
 * were verified, nothing is copied, and nothing is left when the request breaks off.
 */
final class DirectPush {
  private final S3Objects objects;
  private final StagedUploads rows;
  private final S3Settings settings;
  private final UploadId upload;
  private final String key;
  private final PartSink sink;
  private final Scheduler workers;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final AtomicInteger numbers = new AtomicInteger();
  private final Queue<StoredPart> parts = new ConcurrentLinkedQueue<>();
  private final Mono<Begun> multipart;

  /**
   * @param workers where a body is drained that does not choose a thread itself: it may block
   */
  DirectPush(
      S3Objects objects,
      StagedUploads rows,
      ObjectKeys keys,
      S3Settings settings,
      PartMemory memory,
      Scheduler workers,
      UploadId upload,
      Digest digest) {
    this.objects = objects;
    this.rows = rows;
    this.settings = settings;
    this.upload = upload;
    this.workers = workers;
    this.key = keys.blob(digest);
    this.sink = new PartSink(memory, this::ship, 0);
    this.multipart = Mono.defer(this::createMultipart).cache();
  }

  /**
   * @return how many bytes were stored
   */
  Mono<Long> take(BlobBody body, Function<Long, Mono<Void>> verify) {
    return sink.drain(body, workers, Mono.empty(), size -> finish(size, verify), this::giveUp);
  }

  private Mono<Void> finish(long size, Function<Long, Mono<Void>> verify) {
    return sink.end(true)
        .then(Mono.defer(() -> verify.apply(size)))
        .then(Mono.defer(() -> begun.get() ? complete() : objects.put(key, sink.rest())));
  }

  private Mono<Void> complete() {
    ByteBuffer rest = sink.rest();
    Mono<Void> last = rest.hasRemaining() ? ship(sink.restFirst(), rest) : Mono.empty();
    return last.then(multipart)
        .flatMap(it -> objects.complete(key, it.name(), inOrder()).then(forget(it)));
  }

  private List<StoredPart> inOrder() {
    return parts.stream().sorted(Comparator.comparingInt(StoredPart::number)).toList();
  }

  /** What was shipped is thrown away once nothing travels any more. */
  private Mono<Void> giveUp(boolean drained) {
    return sink.end(drained)
        .onErrorComplete()
        .doFinally(_ -> sink.release())
        .then(Mono.defer(() -> begun.get() ? abort() : Mono.empty()));
  }

  private Mono<Void> abort() {
    return multipart.flatMap(it -> objects.abort(key, it.name()).then(forget(it)));
  }

  private Mono<Void> forget(Begun it) {
    return Mono.defer(() -> rows.delete(upload, it.generation())).then();
  }

  private Mono<Void> ship(long first, ByteBuffer part) {
    begun.set(true);
    int number = numbers.incrementAndGet();
    if (number > S3Settings.MOST_PARTS) {
      return Mono.error(StagedAppend.tooLarge(settings));
    }
    return multipart
        .flatMap(it -> objects.uploadPart(key, it.name(), number, first, part))
        .doOnNext(parts::add)
        .then();
  }

  /**
   * The row comes first: by it, what a killed process began is found and ended. A request that
   * overtook this one keeps its own row.
   */
  private Mono<Begun> createMultipart() {
    return rows.beginDirect(upload, key)
        .flatMap(row ->
            objects
                .createMultipart(key)
                .delayUntil(name -> rows.setMultipart(upload, row.generation(), name))
                .map(name -> new Begun(row.generation(), name)));
  }

  /**
   * @param generation of the row
   * @param name what the service calls the upload
   */
  private record Begun(long generation, String name) {}
}
