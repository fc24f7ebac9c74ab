package dev.breakwater.http.server;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.AsyncMapping;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableChannel;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.SslProvider;

/** The public HTTP server: hands each request to the API family that owns its path. */
public final class RegistryServer {
  /** Long enough for a thousand clients that come at once. */
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(30);

  /** In log and metrics, for a request whose client did not wait for an answer. */
  private static final int CLIENT_GONE = 499;

  private final ServerOptions options;
  private final Admission admission;
  private final List<ApiFamily> families;
  private final TrustedProxies proxies;
  private final HttpMetrics metrics;
  private final LoopResources loops;
  private final ConnectionLimit connections;
  private final IntSupplier uploads;
  private final String fallbackHost;

  /**
   * @param admission is asked before any family
   * @param families the first that owns a path answers; the last one must own every path
   * @param uploads how many uploads are running: they share the memory for receiving
   */
  public RegistryServer(
      ServerOptions options,
      Admission admission,
      List<ApiFamily> families,
      HttpMetrics metrics,
      LoopResources loops,
      IntSupplier uploads) {
    this.options = options;
    this.admission = admission;
    this.families = List.copyOf(families);
    this.proxies = TrustedProxies.of(options.trustedProxies());
    this.metrics = metrics;
    this.connections = new ConnectionLimit(options.maxConnections(), metrics);
    this.loops = loops;
    this.uploads = uploads;
    this.fallbackHost = options.address() + ":" + options.port();
  }

  /**
   * Binds the port.
   *
   * @param certificate the certificate, when TLS is wanted
   */
  public Mono<? extends DisposableServer> bind(Optional<TlsCertificate> certificate) {
    HttpServer server =
        HttpServer.create()
            .host(options.address())
            .port(options.port())
            .runOn(loops)
            .channelGroup(new DefaultChannelGroup("http", GlobalEventExecutor.INSTANCE))
            .httpRequestDecoder(spec ->
                spec.maxInitialLineLength(options.maxUriLength())
                    .maxHeaderSize(options.maxHeaderSize())
                    .maxChunkSize(SharedReceiveBuffers.LARGEST))
            .idleTimeout(options.idleTimeout())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, new SharedReceiveBuffers(uploads))
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(32 * 1024, 64 * 1024))
            .doOnChannelInit((_, channel, _) -> guard(channel, certificate.isPresent()))
            .handle(this::handle);
    return certificate.map(tls -> secured(server, tls)).orElse(server).bind();
  }

  private static HttpServer secured(HttpServer server, TlsCertificate certificate) {
    AsyncMapping<String, SslProvider> current =
        (_, promise) ->
            promise.setSuccess(
                SslProvider.builder()
                    .sslContext(certificate.current())
                    .handshakeTimeout(HANDSHAKE_TIMEOUT)
                    .build());
    return server
        .protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
        .http2Settings(settings ->
            settings.initialWindowSize(1024 * 1024).maxConcurrentStreams(250).maxFrameSize(65_536))
        .secure(spec ->
            spec.sslContext(certificate.current())
                .handshakeTimeout(HANDSHAKE_TIMEOUT)
                .setSniAsyncMappings(current));
  }

  private void guard(Channel channel, boolean secure) {
    connections.opened(channel);
    RefusedRequests.watch(channel.pipeline(), options, metrics);
    channel.pipeline().addFirst("stalled-reader", new StalledReader(options.stallTimeout()));
    channel.pipeline().addFirst("lingering-close", new LingeringClose());
    if (!secure) {
      channel.pipeline().addBefore(NettyPipeline.HttpCodec, "plain-port", new PlainPortGuard());
    }
  }

  private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    long start = System.nanoTime();
    String requestId = RequestId.of(request.requestHeaders().get(RequestId.HEADER));
    response.header(RequestId.HEADER, requestId);
    Exchange exchange = new Exchange(request, response, requestId, client(request), metrics);
    metrics.started();
    return answer(exchange).doFinally(_ -> finished(exchange, start));
  }

  private Mono<Void> answer(Exchange exchange) {
    for (ApiFamily family : families) {
      if (family.owns(exchange.path())) {
        return Mono.defer(() -> admitted(exchange))
            .then(Mono.defer(() -> family.handler().handle(exchange)))
            .onErrorResume(Exception.class, error -> fail(exchange, family.errors(), error));
      }
    }
    return exchange.sendEmpty(404);
  }

  private Mono<Void> admitted(Exchange exchange) {
    exchange.requireOneHost();
    exchange.requireWellFormedQuery();
    return admission.admit(exchange);
  }

  private Mono<Void> fail(Exchange exchange, ErrorRenderer errors, Exception error) {
    if (InternalErrors.isDisconnect(error)) {
      return exchange.response().hasSentHeaders() ? Mono.error(error) : abandon(exchange);
    }
    if (error instanceof Http2Exception) {
      // Its stream has been reset, as RFC 9113 (8.1.1) wants it for a malformed message.
      InternalErrors.logMalformed(error, exchange.requestId());
      return abandon(exchange);
    }
    HttpServerResponse response = exchange.response();
    if (response.hasSentHeaders()) {
      if (RefusedRequests.refusalOf(exchange).isEmpty()) {
        InternalErrors.logBrokenAnswer(error, exchange.requestId());
      }
      return Mono.error(error);
    }
    RegistryException known = InternalErrors.toClient(error, exchange.requestId());
    if (!exchange.isHttp2() && exchange.hasBody()) {
      response.header("Connection", "close");
      LingeringClose.bodyUnread(response);
    }
    if (known.code() == ErrorCode.TOO_MANY_REQUESTS || known.code() == ErrorCode.UNAVAILABLE) {
      response.header("Retry-After", "2");
    }
    return errors.render(exchange, known);
  }

  /** There is nobody to answer. */
  private static Mono<Void> abandon(Exchange exchange) {
    exchange.response().withConnection(DisposableChannel::dispose);
    return Mono.empty();
  }

  private void finished(Exchange exchange, long start) {
    long nanos = System.nanoTime() - start;
    HttpServerResponse response = exchange.response();
    int status =
        RefusedRequests.refusalOf(exchange)
            .orElseGet(() -> response.hasSentHeaders() ? response.status().code() : CLIENT_GONE);
    metrics.finished(exchange, status, nanos);
    AccessLog.write(exchange, status, nanos);
  }

  private ClientAddress client(HttpServerRequest request) {
    return proxies.resolve(request, options.tls().isPresent(), fallbackHost);
  }
}
