package dev.breakwater.http.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.io.IOException;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Waits for the other side of a connection to end it, and tells whether it did so in peace. It has
 * to come before TLS, which says nothing about connections that are reset once it has ended.
 */
final class Farewell extends ChannelInboundHandlerAdapter
    implements GenericFutureListener<Future<? super Object>> {
  private final Sinks.Empty<Void> ended = Sinks.empty();

  /** Completes at the end; an error signal when the connection broke off. */
  Mono<Void> ended() {
    return ended.asMono();
  }

  /** When our own end was sent: nobody was there any more if that failed. */
  @Override
  public void operationComplete(Future<? super Object> sent) {
    if (!sent.isSuccess()) {
      ended.tryEmitError(new IOException("the connection broke off", sent.cause()));
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    if (!context.channel().isActive()) {
      ended.tryEmitError(new IOException("the connection broke off"));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable error) {
    ended.tryEmitError(error);
    context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ended.tryEmitEmpty();
    context.fireChannelInactive();
  }
}
