package dev.breakwater.core.blob;

import dev.breakwater.core.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/**
 * Uploads in memory, for tests of what happens before a blob is stored. Stored blobs are not read.
 */
public final class InMemoryBlobStore implements BlobStore {
  private final Map<UploadId, byte[]> uploads = new ConcurrentHashMap<>();
  private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
  private final AtomicInteger replays = new AtomicInteger();
  private final AtomicInteger appends = new AtomicInteger();

  /** How many times an upload was read back. */
  int replays() {
    return replays.get();
  }

  /** How many bodies were written, or begun to be. */
  int appends() {
    return appends.get();
  }

  /** How many bytes unfinished uploads hold. */
  int bytes() {
    return uploads.values().stream().mapToInt(held -> held.length).sum();
  }

  byte[] stored(Digest digest) {
    return blobs.getOrDefault(digest, new byte[0]);
  }

  @Override
  public Mono<Long> stat(Digest digest) {
    return Mono.fromSupplier(() -> blobs.get(digest)).map(bytes -> (long) bytes.length);
  }

  @Override
  public Mono<BlobContent> open(Digest digest) {
    return Mono.error(() -> new UnsupportedOperationException("blobs are not read back"));
  }

  @Override
  public Mono<Long> append(UploadId upload, long offset, BlobBody body) {
    return Mono.defer(() -> {
      appends.incrementAndGet();
      Sink sink = new Sink(upload, offset);
      return body.drainTo(sink).map(written -> offset + written);
    });
  }

  @Override
  public Mono<Long> uploaded(UploadId upload) {
    return Mono.fromSupplier(() -> (long) held(upload).length);
  }

  @Override
  public Mono<Void> replay(UploadId upload, long length, BlobSink sink) {
    return Mono.fromCallable(
            () -> {
              replays.incrementAndGet();
              sink.write(new ByteBuffer[] {ByteBuffer.wrap(held(upload), 0, (int) length)}, 1);
              sink.close();
              return length;
            })
        .then();
  }

  @Override
  public Mono<Void> commit(UploadId upload, Digest digest, long size) {
    return Mono.fromRunnable(() -> blobs.put(digest, Arrays.copyOf(held(upload), (int) size)));
  }

  @Override
  public Mono<Void> forget(UploadId upload) {
    return abort(upload);
  }

  @Override
  public Mono<Void> abort(UploadId upload) {
    return Mono.fromRunnable(() -> uploads.remove(upload));
  }

  @Override
  public Mono<Void> delete(Digest digest) {
    return Mono.fromRunnable(() -> blobs.remove(digest));
  }

  private byte[] held(UploadId upload) {
    return uploads.getOrDefault(upload, new byte[0]);
  }

  private final class Sink implements BlobSink {
    private final UploadId upload;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Sink(UploadId upload, long offset) {
      this.upload = upload;
      bytes.writeBytes(Arrays.copyOf(held(upload), (int) offset));
    }

    @Override
    public void write(ByteBuffer[] batch, int count) {
      for (int i = 0; i < count; i++) {
        byte[] part = new byte[batch[i].remaining()];
        batch[i].get(part);
        bytes.writeBytes(part);
      }
      uploads.put(upload, bytes.toByteArray());
    }

    @Override
    public void close() throws IOException {
      uploads.put(upload, bytes.toByteArray());
    }
  }
}
