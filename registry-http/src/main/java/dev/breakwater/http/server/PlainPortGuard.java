package dev.breakwater.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;

/**
 * Answers a TLS handshake on a plain port with an HTTP error in clear text: docker tries https
 * first and falls back only when it is told so.
 */
final class PlainPortGuard extends ChannelInboundHandlerAdapter {
  private static final int TLS_HANDSHAKE = 0x16;
  private static final String BODY = "Client sent an HTTPS request to an HTTP server.\n";

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes
        && bytes.isReadable()
        && bytes.getUnsignedByte(bytes.readerIndex()) == TLS_HANDSHAKE) {
      bytes.release();
      String answer =
          "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n"
              + "Content-Length: "
              + BODY.length()
              + "\r\n\r\n"
              + BODY;
      context
          .writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII))
          .addListener(ChannelFutureListener.CLOSE);
      return;
    }
    context.pipeline().remove(this);
    context.fireChannelRead(message);
  }
}
