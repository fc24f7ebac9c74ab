package dev.breakwater.storage.blob.s3;

import dev.breakwater.core.blob.BlobContent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.DefaultByteBufHolder;
import java.io.EOFException;
import java.nio.ByteBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A blob, open for reading: a request for all of it was answered and waits to be read. That is what
 * most readers want, and it stays readable when the blob is deleted. Parts, and what is missing
 * after a connection broke, are asked for by requests of their own, which name the entity tag: a
 * blob that was replaced meanwhile is not mixed.
 */
final class S3Content implements BlobContent.Streamed {
  private final S3Http http;
  private final S3Request request;
  private final S3Download whole;
  private final String entityTag;
  private final long size;

  S3Content(S3Http http, S3Request request, S3Download whole, String entityTag, long size) {
    this.http = http;
    this.request = request;
    this.whole = whole;
    this.entityTag = entityTag;
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Flux<Chunk> read(long first, long length) {
    return Flux.defer(() -> {
      Position position = new Position(first, first + length);
      return Flux.defer(() -> rest(position))
          .doOnNext(position::advance)
          .retryWhen(S3Http.again(request))
          .map(Received::new);
    });
  }

  @Override
  public void close() {
    whole.close();
  }

  private Flux<ByteBuf> rest(Position position) {
    if (position.next == position.end) {
      return Flux.empty();
    }
    return begin(position)
        .flatMapMany(download -> download.body().concatWith(Mono.defer(position::requireEnd)));
  }

  private Mono<S3Download> begin(Position position) {
    boolean isWhole = position.next == 0 && position.end == size && !position.begun;
    position.begun = true;
    if (isWhole) {
      return Mono.just(whole);
    }
    whole.close();
    return http.openOnce(
        request
            .withHeader("Range", "bytes=" + position.next + "-" + (position.end - 1))
            .withHeader("If-Match", entityTag));
  }

  /** How far a reader has come; used by one thread at a time. */
  private static final class Position {
    private final long end;
    private long next;
    private boolean begun;

    Position(long next, long end) {
      this.next = next;
      this.end = end;
    }

    void advance(ByteBuf bytes) {
      next += bytes.readableBytes();
    }

    Mono<ByteBuf> requireEnd() {
      return next == end
          ? Mono.empty()
          : Mono.error(new EOFException("S3 ended a blob at byte " + next + " of " + end));
    }
  }

  /** In the buffer it came in. */
  private static final class Received extends DefaultByteBufHolder implements Chunk {
    Received(ByteBuf bytes) {
      super(bytes);
    }

    @Override
    public ByteBuffer bytes() {
      return content().nioBuffer();
    }

    @Override
    public void discard() {
      release();
    }
  }
}
