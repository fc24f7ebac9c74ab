package dev.breakwater.storage.blob.opendal;

import dev.breakwater.core.blob.BlobContent;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * A blob, read in steps: each is a request of its own, the next one travels while the last one is
 * sent. A small blob is read when it is opened. So only a large one is cut off when it is deleted
 * while somebody reads it; that it is replaced meanwhile does no harm, its bytes are the same.
 */
final class CloudContent implements BlobContent.Streamed {
  /** In bytes, what is read at once when it is opened. */
  static final int HEAD = 64 * 1024;

  /**
   * Beyond what the library does itself, which hands on what is shorter than was asked for: whoever
   * downloads the blob has its first bytes already, and nobody can tell him but by an end.
   */
  private static final Retry AGAIN =
      Retry.backoff(3, Duration.ofMillis(100))
          .filter(CloudContent::mayPass)
          .onRetryExhaustedThrow((_, last) -> last.failure());

  private final CloudObjects objects;
  private final ReadMemory memory;
  private final String key;
  private final long size;
  private final byte[] head;

  private CloudContent(
      CloudObjects objects, ReadMemory memory, String key, long size, byte[] head) {
    this.objects = objects;
    this.memory = memory;
    this.key = key;
    this.size = size;
    this.head = head;
  }

  /** Empty: there is no such object. */
  static Mono<CloudContent> open(CloudObjects objects, ReadMemory memory, String key) {
    return objects
        .stat(key)
        .flatMap(found -> {
          long size = found.getContentLength();
          Mono<byte[]> head =
              size > 0 && size <= HEAD ? objects.read(key, 0, (int) size) : Mono.just(new byte[0]);
          return head.map(bytes -> new CloudContent(objects, memory, key, size, bytes));
        });
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Flux<Chunk> read(long first, long length) {
    return Flux.defer(() -> {
      Position position = new Position(first, first + length);
      return head.length > 0
          ? Flux.just(new Part(Arrays.copyOfRange(head, (int) first, (int) position.end), () -> {}))
          : Mono.defer(() -> step(position))
              .repeat(() -> position.next < position.end)
              .doOnDiscard(Chunk.class, Chunk::discard);
    });
  }

  private Mono<Chunk> step(Position position) {
    return memory
        .take(position.end - position.next)
        .flatMap(grant ->
            objects
                .read(key, position.next, grant.bytes())
                .retryWhen(AGAIN)
                .<Chunk>map(bytes -> new Part(bytes, grant::giveBack))
                .doOnNext(_ -> position.next += grant.bytes())
                .doOnError(_ -> grant.giveBack())
                .doOnCancel(grant::giveBack));
  }

  private static boolean mayPass(Throwable error) {
    return error instanceof EOFException
        || (error instanceof CloudException known && known.kind() == CloudException.Kind.PASSING);
  }

  @Override
  public void close() {}

  /**
   * @param release when nobody looks at the bytes any more
   */
  private record Part(byte[] content, Runnable release) implements Chunk {
    @Override
    public ByteBuffer bytes() {
      return ByteBuffer.wrap(content);
    }

    @Override
    public void discard() {
      release.run();
    }
  }

  /** How far a reader has come; used by one thread at a time. */
  private static final class Position {
    private final long end;
    private long next;

    Position(long next, long end) {
      this.next = next;
      this.end = end;
    }
  }
}
