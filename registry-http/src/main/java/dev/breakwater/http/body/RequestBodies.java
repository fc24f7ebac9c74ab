package dev.breakwater.http.body;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.http.server.Exchange;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Reads request bodies: large ones into a sink, small ones into memory. */
public final class RequestBodies {
  private final Executor workers;
  private final Duration stallTimeout;
  private final Scheduler timer;
  private final TransferMetrics metrics;

  /**
   * @param workers runs blocking writes
   * @param stallTimeout how long no byte may come
   * @param timer checks for stalls; never runs long tasks
   */
  public RequestBodies(
      Executor workers, Duration stallTimeout, Scheduler timer, TransferMetrics metrics) {
    this.workers = workers;
    this.stallTimeout = stallTimeout;
    this.timer = timer;
    this.metrics = metrics;
  }

  /** The body as a blob's bytes; nothing is read before somebody drains it. */
  public BlobBody blob(Exchange exchange) {
    if (!exchange.hasBody()) {
      return BlobBody.EMPTY;
    }
    return sink -> UploadPump.pump(buffers(exchange), sink, workers, stallTimeout, timer, metrics);
  }

  /**
   * The whole body in memory.
   *
   * @param limit the most bytes that are accepted
   * @param tooLarge what a larger body is answered with
   */
  public Mono<byte[]> bytes(Exchange exchange, int limit, ErrorCode tooLarge) {
    return Mono.defer(() -> {
      long declared = exchange.contentLength().orElse(0L);
      if (declared > limit) {
        return Mono.error(tooLarge(tooLarge, limit));
      }
      return buffers(exchange)
          .timeout(stallTimeout, timer)
          .onErrorMap(TimeoutException.class, _ -> stalled())
          .reduceWith(
              () -> new ByteArrayOutputStream((int) declared),
              (bytes, buffer) -> collect(bytes, buffer, limit, tooLarge))
          .map(ByteArrayOutputStream::toByteArray);
    });
  }

  private static Flux<ByteBuf> buffers(Exchange exchange) {
    return exchange
        .request()
        .receive()
        .doOnNext(buffer -> exchange.received(buffer.readableBytes()));
  }

  private static ByteArrayOutputStream collect(
      ByteArrayOutputStream bytes, ByteBuf buffer, int limit, ErrorCode tooLarge) {
    if (bytes.size() + buffer.readableBytes() > limit) {
      throw tooLarge(tooLarge, limit);
    }
    try {
      buffer.readBytes(bytes, buffer.readableBytes());
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot be written to", e);
    }
    return bytes;
  }

  private static RegistryException tooLarge(ErrorCode code, int limit) {
    return new RegistryException(
        code, "the body is larger than " + limit + " bytes, which is the limit here");
  }

  private static RegistryException stalled() {
    return new RegistryException(
        ErrorCode.REQUEST_TIMEOUT, "the body stopped coming; send the request again");
  }
}
