package dev.breakwater.storage.blob.s3;

import dev.breakwater.storage.StorageUnusableException;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.NoopAddressResolverGroup;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.transport.ProxyProvider;

/** The pool of connections to the service, on event loops of its own. */
final class S3Connections implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration IDLE = Duration.ofSeconds(15);
  private static final Duration ACQUIRE = Duration.ofMinutes(1);
  private static final int CHUNK = 256 * 1024;

  private final ConnectionProvider pool;
  private final LoopResources loops;
  private final HttpClient client;

  S3Connections(S3Settings settings) {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);
    this.loops = LoopResources.create("s3", threads, true);
    this.pool =
        ConnectionProvider.builder("s3")
            .maxConnections(settings.maxConnections())
            .pendingAcquireMaxCount(-1)
            .pendingAcquireTimeout(ACQUIRE)
            .maxIdleTime(IDLE)
            .lifo()
            .build();
    this.client = client(settings);
  }

  private HttpClient client(S3Settings settings) {
    HttpClient plain =
        HttpClient.create(pool)
            .runOn(loops)
            .protocol(HttpProtocol.HTTP11)
            .compress(false)
            .keepAlive(true)
            .disableRetry(true)
            .httpResponseDecoder(decoder -> decoder.maxChunkSize(CHUNK))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT.toMillis())
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(2048, CHUNK / 4, CHUNK));
    HttpClient proxied = settings.proxy().map(proxy -> behind(plain, proxy)).orElse(plain);
    return settings
        .caCertificate()
        .map(_ -> proxied.secure(spec -> spec.sslContext(trusting(settings))))
        .orElse(proxied);
  }

  /** What is behind a proxy has names that only the proxy may know. */
  private static HttpClient behind(HttpClient plain, URI proxy) {
    return plain.proxy(spec -> proxy(spec, proxy)).resolver(NoopAddressResolverGroup.INSTANCE);
  }

  private static void proxy(ProxyProvider.TypeSpec spec, URI proxy) {
    ProxyProvider.Builder builder =
        spec.type(ProxyProvider.Proxy.HTTP)
            .host(proxy.getHost())
            .port(proxy.getPort() > 0 ? proxy.getPort() : 80);
    String[] user = Optional.ofNullable(proxy.getUserInfo()).orElse("").split(":", 2);
    if (user.length == 2) {
      builder.username(user[0]).password(_ -> user[1]);
    }
  }

  private static SslContext trusting(S3Settings settings) {
    try {
      return SslContextBuilder.forClient()
          .trustManager(settings.caCertificate().orElseThrow().toFile())
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new StorageUnusableException(
          "storage.s3.ca-certificate: "
              + settings.caCertificate().orElseThrow()
              + " holds no certificates in PEM form: "
              + e.getMessage(),
          e);
    }
  }

  HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    pool.disposeLater()
        .then(loops.disposeLater(Duration.ZERO, Duration.ofSeconds(2)))
        .block(Duration.ofSeconds(10));
  }
}
