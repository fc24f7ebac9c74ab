package dev.breakwater.http.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Lets a client that is still sending read the answer before the connection goes away.
 *
 * <p>A socket that is closed while bytes wait to be read resets the connection, and the reset takes
 * the answer with it that says why (RFC 9112, section 9.6). So an answer that came before the end
 * of the body is followed by the end of our side alone; what still comes is dropped until the
 * client closes, falls silent for {@link #SILENCE} or goes on for {@link #PATIENCE}.
 */
final class LingeringClose extends ChannelDuplexHandler {
  private static final AttributeKey<Boolean> BODY_UNREAD =
      AttributeKey.valueOf(LingeringClose.class, "bodyUnread");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private @Nullable ChannelPromise closing;
  private long lastRead;

  /** Says that an answer goes out before the body was read: this connection is closed gently. */
  static void bodyUnread(HttpServerResponse response) {
    response.withConnection(connection -> bodyUnread(connection.channel()));
  }

  /** The same of what this channel is about to answer. */
  static void bodyUnread(Channel channel) {
    channel.attr(BODY_UNREAD).set(true);
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    if (closing == null
        && context.channel().isActive()
        && context.channel() instanceof DuplexChannel channel
        && Boolean.TRUE.equals(channel.attr(BODY_UNREAD).getAndSet(false))) {
      closing = promise;
      lastRead = System.nanoTime();
      channel.shutdownOutput().addListener(_ -> drain(context));
    } else if (closing == null || closing == promise) {
      context.close(promise);
    } else {
      context.close(promise);
      finish(context);
    }
  }

  private void drain(ChannelHandlerContext context) {
    long started = System.nanoTime();
    context.channel().config().setAutoRead(true);
    var check =
        context
            .executor()
            .scheduleAtFixedRate(
                () -> {
                  long now = System.nanoTime();
                  if (now - started > PATIENCE.toNanos() || now - lastRead > SILENCE.toNanos()) {
                    finish(context);
                  }
                },
                1,
                1,
                TimeUnit.SECONDS);
    context.channel().closeFuture().addListener(_ -> check.cancel(false));
  }

  private void finish(ChannelHandlerContext context) {
    ChannelPromise promise = closing;
    if (promise != null && context.channel().isOpen()) {
      context.close(promise);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (closing == null) {
      context.fireChannelRead(message);
    } else {
      lastRead = System.nanoTime();
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (closing != null
        && (event instanceof ChannelInputShutdownEvent
            || event instanceof ChannelInputShutdownReadComplete)) {
      finish(context);
    } else {
      context.fireUserEventTriggered(event);
    }
  }
}
