package dev.breakwater.storage.blob.s3;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.ReadTimeoutException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.netty.Connection;

/**
 * An answer whose body has not been read yet. It is read once or closed; until then nothing more of
 * it travels than the socket's buffers hold.
 */
final class S3Download implements AutoCloseable {
  private static final long STALL_SECONDS = 20;

  private final S3Answer head;
  private final Connection connection;
  private final AtomicBoolean taken = new AtomicBoolean();

  S3Download(S3Answer head, Connection connection) {
    this.head = head;
    this.connection = connection;
  }

  S3Answer head() {
    return head;
  }

  /** The bytes, which belong to whoever gets them; empty if somebody else has them. */
  Flux<ByteBuf> body() {
    return Flux.defer(() -> {
      if (!taken.compareAndSet(false, true)) {
        return Flux.empty();
      }
      connection.addHandlerFirst("s3-stall", new StallHandler());
      return connection.inbound().receive().retain().doOnCancel(connection::dispose);
    });
  }

  /** Ends the connection if nobody reads it. */
  @Override
  public void close() {
    if (taken.compareAndSet(false, true)) {
      connection.dispose();
    }
  }

  /** Ends a download that brings nothing although we want more. */
  private static final class StallHandler extends ChannelInboundHandlerAdapter {
    private long last = System.nanoTime();
    private @Nullable Future<?> check;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      long period = STALL_SECONDS * 1000 / 4;
      check =
          context
              .executor()
              .scheduleAtFixedRate(() -> check(context), period, period, TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
      if (check != null) {
        check.cancel(false);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      last = System.nanoTime();
      context.fireChannelRead(message);
    }

    private void check(ChannelHandlerContext context) {
      long now = System.nanoTime();
      if (!context.channel().config().isAutoRead()) {
        last = now;
      } else if (now - last > TimeUnit.SECONDS.toNanos(STALL_SECONDS)) {
        context.fireExceptionCaught(ReadTimeoutException.INSTANCE);
        context.close();
      }
    }
  }
}
