package dev.breakwater.http.body;

import dev.breakwater.core.blob.BlobContent;
import dev.breakwater.http.server.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Sends a blob or parts of it (RFC 9110, section 14).
 *
 * <p>On plain HTTP/1.1 the kernel copies from the file to the socket. With TLS or HTTP/2, chunks
 * are read on a worker, never on the event loop; two chunks are under way for a transfer ({@code
 * reactor.netty.send.maxPrefetchSize}), so a client that does not read holds 128 KiB, and less when
 * there are hundreds of them.
 */
public final class BlobOutbound {
  private static final Logger log = LoggerFactory.getLogger(BlobOutbound.class);
  private static final int LARGEST_CHUNK = 64 * 1024;
  private static final int SMALLEST_CHUNK = 16 * 1024;
  private static final int CHUNKS = 2;

  /** What all chunks together may hold before they get smaller. */
  private static final int BUDGET = 16 * 1024 * 1024;

  private final Scheduler readers;
  private final TransferMetrics metrics;
  private final AtomicInteger running = new AtomicInteger();

  /**
   * @param readers runs blocking reads
   */
  public BlobOutbound(Scheduler readers, TransferMetrics metrics) {
    this.readers = readers;
    this.metrics = metrics;
  }

  /**
   * Answers a GET with the content, or the part of it that was asked for, and closes it.
   *
   * @param entityTag the content's ETag, for {@code If-Range}
   */
  public Mono<Void> send(Exchange exchange, BlobContent content, String entityTag) {
    return Mono.using(
        () -> open(content), open -> sendOpen(exchange, open, entityTag), this::close);
  }

  private Mono<Void> sendOpen(Exchange exchange, BlobContent content, String entityTag) {
    if (content instanceof BlobContent.Elsewhere(URI location, _)) {
      return redirect(exchange, location);
    }
    long size = content.size();
    Optional<List<ByteRange>> ranges =
        exchange
            .header(HttpHeaderNames.RANGE)
            .filter(_ -> rangeApplies(exchange, entityTag))
            .flatMap(header -> RangeHeader.parse(header, size));
    HttpServerResponse response = exchange.response();
    if (ranges.isEmpty()) {
      response.status(200);
      return sendPart(exchange, content, 0, size);
    }
    List<ByteRange> parts = ranges.get();
    if (parts.isEmpty()) {
      response.header("Content-Range", "bytes */" + size);
      return Mono.error(UnsatisfiableRange.of(exchange, size));
    }
    response.status(206);
    if (parts.size() > 1) {
      return sendMultipart(exchange, content, parts);
    }
    ByteRange range = parts.getFirst();
    response.header("Content-Range", range.contentRange(size));
    return sendPart(exchange, content, range.first(), range.length());
  }

  /** The location is good for a while only, so it must not be kept. */
  private static Mono<Void> redirect(Exchange exchange, URI location) {
    exchange.response().header("Location", location.toString()).header("Cache-Control", "no-store");
    return exchange.sendEmpty(307);
  }

  /** A range of an older version must not be mixed into a newer one. */
  private static boolean rangeApplies(Exchange exchange, String entityTag) {
    return exchange.header(HttpHeaderNames.IF_RANGE).map(entityTag::equals).orElse(true);
  }

  private Mono<Void> sendPart(Exchange exchange, BlobContent content, long first, long length) {
    HttpServerResponse response = exchange.response();
    response.header("Content-Length", Long.toString(length));
    if (length == 0) {
      return response.send().then();
    }
    if (canSendFile(exchange) && content instanceof BlobContent.LocalFile file) {
      Region region = new Region(file.channel(), first, length);
      return response
          .sendUsing(file::channel, (_, _) -> region, _ -> {})
          .then()
          .doOnTerminate(() -> exchange.sent(region.transferred()))
          .doOnCancel(() -> exchange.sent(region.transferred()));
    }
    return send(exchange, chunks(content, first, length, allocator(response)));
  }

  private Mono<Void> sendMultipart(Exchange exchange, BlobContent content, List<ByteRange> ranges) {
    String boundary = UUID.randomUUID().toString();
    HttpServerResponse response = exchange.response();
    List<Flux<ByteBuf>> parts = new ArrayList<>();
    long length = 0;
    for (ByteRange range : ranges) {
      byte[] head = partHead(boundary, range, content.size());
      length += head.length + range.length();
      parts.add(Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(head))));
      parts.add(chunks(content, range.first(), range.length(), allocator(response)));
    }
    byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
    length += end.length;
    parts.add(Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(end))));
    response
        .header("Content-Type", "multipart/byteranges; boundary=" + boundary)
        .header("Content-Length", Long.toString(length));
    return send(exchange, Flux.concat(parts));
  }

  private static Mono<Void> send(Exchange exchange, Flux<ByteBuf> buffers) {
    return exchange
        .response()
        .send(buffers.doOnNext(buffer -> exchange.sent(buffer.readableBytes())))
        .then();
  }

  private static byte[] partHead(String boundary, ByteRange range, long size) {
    String head =
        "\r\n--"
            + boundary
            + "\r\nContent-Type: application/octet-stream\r\nContent-Range: "
            + range.contentRange(size)
            + "\r\n\r\n";
    return head.getBytes(StandardCharsets.US_ASCII);
  }

  private Flux<ByteBuf> chunks(
      BlobContent content, long first, long length, ByteBufAllocator allocator) {
    return switch (content) {
      case BlobContent.LocalFile file ->
          Flux.<ByteBuf, Long>generate(
                  () -> begin(first),
                  (position, sink) ->
                      readChunk(file.channel(), position, first + length, allocator, sink),
                  _ -> running.decrementAndGet())
              .subscribeOn(readers, true);
      case BlobContent.Streamed streamed ->
          length == 0 ? Flux.empty() : streamed.read(first, length).map(BlobOutbound::buffer);
      case BlobContent.Elsewhere(_, _) -> throw new IllegalStateException("it is not here");
    };
  }

  /** As it is when it came in such a buffer: nothing is copied. */
  private static ByteBuf buffer(BlobContent.Chunk chunk) {
    if (chunk instanceof ByteBufHolder holder) {
      return holder.content();
    }
    try {
      return Unpooled.copiedBuffer(chunk.bytes());
    } finally {
      chunk.discard();
    }
  }

  private Long begin(long position) {
    running.incrementAndGet();
    return position;
  }

  private int chunkSize() {
    int share = BUDGET / (CHUNKS * Math.max(1, running.get()));
    return Math.clamp(Integer.highestOneBit(share), SMALLEST_CHUNK, LARGEST_CHUNK);
  }

  private Long readChunk(
      FileChannel channel,
      long position,
      long end,
      ByteBufAllocator allocator,
      SynchronousSink<ByteBuf> sink) {
    int wanted = (int) Math.min(chunkSize(), end - position);
    ByteBuf chunk = allocator.directBuffer(wanted);
    try {
      while (chunk.readableBytes() < wanted) {
        int missing = wanted - chunk.readableBytes();
        if (chunk.writeBytes(channel, position + chunk.readableBytes(), missing) < 0) {
          throw new IOException("the file ended at " + (position + chunk.readableBytes()));
        }
      }
    } catch (IOException e) {
      chunk.release();
      sink.error(e);
      return position;
    }
    sink.next(chunk);
    if (position + wanted == end) {
      sink.complete();
    }
    return position + wanted;
  }

  private static boolean canSendFile(Exchange exchange) {
    return !exchange.isSecure() && !exchange.isHttp2();
  }

  private static ByteBufAllocator allocator(HttpServerResponse response) {
    return response.alloc();
  }

  private BlobContent open(BlobContent content) {
    metrics.downloadStarted();
    return content;
  }

  private void close(BlobContent content) {
    metrics.downloadFinished();
    try {
      content.close();
    } catch (IOException e) {
      log.debug("a blob did not close", e);
    }
  }

  /** Leaves closing to whoever opened the file: the transport releases a region when it is sent. */
  private static final class Region extends DefaultFileRegion {
    Region(FileChannel channel, long position, long count) {
      super(channel, position, count);
    }

    @Override
    protected void deallocate() {}
  }
}
