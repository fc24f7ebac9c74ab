package dev.breakwater.core.blob;

import dev.breakwater.core.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Reads small blobs whole, such as configs. */
public final class SmallBlobs {
  private final BlobStore store;
  private final Scheduler workers;

  /**
   * @param workers runs blocking reads
   */
  public SmallBlobs(BlobStore store, Scheduler workers) {
    this.store = store;
    this.workers = workers;
  }

  /** All bytes; empty if there is no such blob or it is larger than {@code limit} bytes. */
  public Mono<byte[]> read(Digest digest, int limit) {
    return Mono.usingWhen(
        store.open(digest),
        content -> content.size() > limit ? Mono.empty() : bytes(content),
        content ->
            Mono.fromCallable(() -> {
              content.close();
              return content;
            }));
  }

  private Mono<byte[]> bytes(BlobContent content) {
    return switch (content) {
      case BlobContent.LocalFile(FileChannel channel, long size) ->
          Mono.fromCallable(() -> bytes(channel, (int) size)).subscribeOn(workers);
      case BlobContent.Streamed streamed -> bytes(streamed, (int) streamed.size());
      case BlobContent.Elsewhere(_, _) ->
          Mono.error(new IllegalStateException("a store opens what it has"));
    };
  }

  private static Mono<byte[]> bytes(BlobContent.Streamed content, int size) {
    return size == 0
        ? Mono.just(new byte[0])
        : content
            .read(0, size)
            .reduceWith(() -> ByteBuffer.allocate(size), SmallBlobs::add)
            .map(ByteBuffer::array);
  }

  private static ByteBuffer add(ByteBuffer bytes, BlobContent.Chunk chunk) {
    try {
      return bytes.put(chunk.bytes());
    } finally {
      chunk.discard();
    }
  }

  private static byte[] bytes(FileChannel channel, int size) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(size);
    while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) >= 0) {
      // Until it is full or the file ends.
    }
    return buffer.array();
  }
}
