package dev.breakwater.http.server;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.oci.Printable;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Sees to requests of HTTP/1.1 that no handler gets, since they could not be read: they are
 * answered by the server itself, with a status alone. Here they get a body that says what is wrong,
 * a request id, a line in the access log, and are counted.
 */
final class RefusedRequests extends ChannelDuplexHandler {
  private static final String NAME = "refused-requests";
  private static final AttributeKey<Integer> STATUS =
      AttributeKey.valueOf(RefusedRequests.class, "status");

  private final ServerOptions options;
  private final HttpMetrics metrics;
  private @Nullable Throwable problem;

  private RefusedRequests(ServerOptions options, HttpMetrics metrics) {
    this.options = options;
    this.metrics = metrics;
  }

  /** Stands between the codec and the server; with TLS both come when the handshake is over. */
  static void watch(ChannelPipeline pipeline, ServerOptions options, HttpMetrics metrics) {
    RefusedRequests handler = new RefusedRequests(options, metrics);
    if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
      pipeline.addBefore(NettyPipeline.HttpTrafficHandler, NAME, handler);
    } else {
      pipeline.addBefore(NettyPipeline.ReactiveBridge, NAME, new AfterHandshake(handler));
    }
  }

  /**
   * With what a request was refused whose head could be read and whose body could not: a handler
   * has it, and is too late to answer. Empty: it was not.
   */
  static Optional<Integer> refusalOf(Exchange exchange) {
    if (!exchange.hasBody() || exchange.isHttp2()) {
      return Optional.empty();
    }
    return exchange.channel().map(channel -> channel.attr(STATUS).get());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof DecoderResultProvider read && read.decoderResult().isFailure()) {
      problem = read.decoderResult().cause();
    }
    context.fireChannelRead(message);
  }

  /** Every answer of ours has a request id; the one that the server gives by itself has none. */
  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (problem != null
        && message instanceof HttpResponse answer
        && !answer.headers().contains(RequestId.HEADER)) {
      ReferenceCountUtil.release(message);
      context.write(refusal(context.channel(), answer.status(), problem), promise);
    } else {
      context.write(message, promise);
    }
  }

  private FullHttpResponse refusal(Channel channel, HttpResponseStatus status, Throwable cause) {
    String requestId = RequestId.of(null);
    String reason = reason(status, cause);
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", ErrorCode.BAD_REQUEST.oci());
    error.put("message", reason);
    byte[] body = Json.write(Map.of("errors", List.of(error)));
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .set(RequestId.HEADER, requestId);
    channel.attr(STATUS).set(status.code());
    metrics.refused(status.code());
    metrics.sent(body.length);
    AccessLog.writeRefused(peer(channel), status.code(), body.length, requestId, reason);
    LingeringClose.bodyUnread(channel);
    return response;
  }

  private String reason(HttpResponseStatus status, Throwable cause) {
    if (status.equals(HttpResponseStatus.REQUEST_URI_TOO_LONG)) {
      return "the first line of the request is longer than "
          + options.maxUriLength()
          + " bytes (http.max-uri-length)";
    }
    if (status.equals(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)) {
      return "the headers of the request are larger than "
          + options.maxHeaderSize()
          + " bytes (http.max-header-size)";
    }
    return "the request is not well-formed HTTP/1.1: "
        + Printable.shorten(String.valueOf(cause.getMessage()));
  }

  private static String peer(Channel channel) {
    SocketAddress remote = channel.remoteAddress();
    return remote instanceof InetSocketAddress address
        ? address.getAddress().getHostAddress()
        : "-";
  }

  /** Gives way to the handler once it is known that HTTP/1.1 is spoken. */
  private static final class AfterHandshake extends ChannelInboundHandlerAdapter {
    private final RefusedRequests handler;

    AfterHandshake(RefusedRequests handler) {
      this.handler = handler;
    }

    /** The event that says so comes by here when the codec is there. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      ChannelPipeline pipeline = context.pipeline();
      if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
        pipeline.remove(this);
        pipeline.addBefore(NettyPipeline.HttpTrafficHandler, NAME, handler);
      }
      context.fireUserEventTriggered(event);
    }
  }
}
