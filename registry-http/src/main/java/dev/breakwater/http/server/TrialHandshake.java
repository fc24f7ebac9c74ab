package dev.breakwater.http.server;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;

/**
 * Whether a certificate and a key belong together: OpenSSL takes any two and then fails every
 * handshake. What is written anew is two files, one after the other. So one handshake is made in
 * memory, with a client that asks for nothing else.
 */
final class TrialHandshake {
  /** There and back; TLS 1.3 takes two. */
  private static final int ROUNDS = 10;

  private TrialHandshake() {}

  /**
   * @throws IOException if no client would get through
   */
  static void make(SslContext context, SslProvider provider) throws IOException {
    SslContext trusting =
        SslContextBuilder.forClient()
            .sslProvider(provider)
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm(null)
            .build();
    SslHandler server = context.newHandler(UnpooledByteBufAllocator.DEFAULT);
    SslHandler client = trusting.newHandler(UnpooledByteBufAllocator.DEFAULT);
    EmbeddedChannel serverSide = new EmbeddedChannel(server);
    EmbeddedChannel clientSide = new EmbeddedChannel(client);
    try {
      for (int i = 0; i < ROUNDS && !client.handshakeFuture().isDone(); i++) {
        move(clientSide, serverSide);
        move(serverSide, clientSide);
      }
    } catch (DecoderException e) {
      throw new IOException("the certificate is of another key", e);
    } finally {
      end(clientSide);
      end(serverSide);
      ReferenceCountUtil.release(trusting);
    }
    if (!client.handshakeFuture().isSuccess()) {
      throw new IOException("no client would get through", client.handshakeFuture().cause());
    }
  }

  private static void move(EmbeddedChannel from, EmbeddedChannel to) {
    for (Object bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
      to.writeInbound(bytes);
    }
  }

  /** Its own complaints about the end do not matter any more. */
  private static void end(EmbeddedChannel channel) {
    channel.close();
    channel.releaseInbound();
    channel.releaseOutbound();
  }
}
