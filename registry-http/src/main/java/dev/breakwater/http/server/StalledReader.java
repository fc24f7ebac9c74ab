package dev.breakwater.http.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes a connection whose client has stopped reading the answer. */
final class StalledReader extends IdleStateHandler {
  private static final Logger log = LoggerFactory.getLogger(StalledReader.class);

  StalledReader(Duration stallTimeout) {
    super(true, 0, stallTimeout.toMillis(), 0, TimeUnit.MILLISECONDS);
  }

  @Override
  protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
    Channel channel = context.channel();
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    if (pending != null && !pending.isEmpty()) {
      log.info("{} stopped reading the answer: closed", channel.remoteAddress());
      context.close();
    }
  }
}
