package dev.breakwater.storage.redis;

import dev.breakwater.storage.redis.RedisSettings.Credentials;
import dev.breakwater.storage.redis.RedisSettings.Kind;
import dev.breakwater.storage.redis.RedisSettings.Server;
import dev.breakwater.storage.redis.RedisSettings.Tls;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/**
 * From the settings to the client library, with threads of its own.
 *
 * <p>The library's own reconnecting is off: a new connection asks the sentinels anew, and nothing
 * waits for one, see {@link Redis}.
 */
final class RedisLinks {
  private static final String CLIENT_NAME = "breakwater";
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration TOPOLOGY_PERIOD = Duration.ofSeconds(10);
  private static final int CLOSE_SECONDS = 2;

  private RedisLinks() {}

  static RedisLink open(RedisSettings settings) {
    return switch (settings.kind()) {
      case Kind.Standalone standalone ->
          new Single(
              builder(settings.servers().getFirst(), settings, settings.credentials())
                  .withDatabase(standalone.database())
                  .build(),
              settings);
      case Kind.Sentinel sentinel -> new Single(sentinels(settings, sentinel), settings);
      case Kind.Cluster _ -> new Cluster(settings);
    };
  }

  private static RedisURI sentinels(RedisSettings settings, Kind.Sentinel sentinel) {
    RedisURI.Builder uri =
        RedisURI.builder()
            .withSentinelMasterId(sentinel.master())
            .withDatabase(sentinel.database())
            .withTimeout(settings.timeout())
            .withClientName(CLIENT_NAME);
    settings
        .servers()
        .forEach(server ->
            uri.withSentinel(builder(server, settings, settings.sentinelCredentials()).build()));
    return secured(uri, settings, settings.credentials()).build();
  }

  private static RedisURI.Builder builder(
      Server server, RedisSettings settings, Credentials credentials) {
    return secured(
        RedisURI.builder()
            .withHost(server.host())
            .withPort(server.port())
            .withTimeout(settings.timeout())
            .withClientName(CLIENT_NAME),
        settings,
        credentials);
  }

  private static RedisURI.Builder secured(
      RedisURI.Builder uri, RedisSettings settings, Credentials credentials) {
    if (!credentials.username().isEmpty()) {
      uri.withAuthentication(credentials.username(), credentials.password().toCharArray());
    } else if (!credentials.password().isEmpty()) {
      uri.withPassword(credentials.password().toCharArray());
    }
    return uri.withSsl(settings.tls().isOn()).withVerifyPeer(verification(settings.tls()));
  }

  private static SslVerifyMode verification(Tls tls) {
    return switch (tls.verification()) {
      case OFF, NOTHING -> SslVerifyMode.NONE;
      case AUTHORITY -> SslVerifyMode.CA;
      case AUTHORITY_AND_HOST -> SslVerifyMode.FULL;
    };
  }

  private static <B extends ClientOptions.Builder> B common(B options, RedisSettings settings) {
    options
        .autoReconnect(false)
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .socketOptions(
            SocketOptions.builder()
                .connectTimeout(CONNECT_TIMEOUT)
                .keepAlive(true)
                .tcpNoDelay(true)
                .build())
        .timeoutOptions(TimeoutOptions.enabled(settings.timeout()));
    settings
        .tls()
        .authorities()
        .ifPresent(file ->
            options.sslOptions(
                SslOptions.builder().jdkSslProvider().trustManager(file.toFile()).build()));
    return options;
  }

  /** One server at a time, which sentinels may have to name. */
  private static final class Single implements RedisLink {
    private final RedisClient client = RedisClient.create();
    private final RedisURI uri;

    Single(RedisURI uri, RedisSettings settings) {
      this.uri = uri;
      client.setOptions(common(ClientOptions.builder(), settings).build());
    }

    @Override
    public Mono<Commands> connect() {
      return Mono.fromCompletionStage(() -> client.connectAsync(StringCodec.UTF8, uri))
          .map(connection -> new Commands(connection, connection.reactive()));
    }

    @Override
    public Mono<StatefulRedisPubSubConnection<String, String>> connectPubSub() {
      return Mono.fromCompletionStage(() -> client.connectPubSubAsync(StringCodec.UTF8, uri));
    }

    @Override
    public Mono<Void> close() {
      return Mono.fromFuture(() -> client.shutdownAsync(0, CLOSE_SECONDS, TimeUnit.SECONDS));
    }
  }

  /** Keys spread over several servers. */
  private static final class Cluster implements RedisLink {
    private final RedisClusterClient client;

    Cluster(RedisSettings settings) {
      List<RedisURI> nodes =
          settings.servers().stream()
              .map(server -> builder(server, settings, settings.credentials()).build())
              .toList();
      client = RedisClusterClient.create(nodes);
      client.setOptions(
          common(ClusterClientOptions.builder(), settings)
              // Here the library keeps a connection to each server, and they come and go.
              .autoReconnect(true)
              .disconnectedBehavior(DisconnectedBehavior.DEFAULT)
              .topologyRefreshOptions(
                  ClusterTopologyRefreshOptions.builder()
                      .enablePeriodicRefresh(TOPOLOGY_PERIOD)
                      .enableAllAdaptiveRefreshTriggers()
                      .build())
              .build());
    }

    @Override
    public Mono<Commands> connect() {
      return Mono.fromCompletionStage(client::refreshPartitionsAsync)
          .then(Mono.fromFuture(() -> client.connectAsync(StringCodec.UTF8)))
          .map(connection -> new Commands(connection, connection.reactive()));
    }

    @Override
    public Mono<StatefulRedisPubSubConnection<String, String>> connectPubSub() {
      return Mono.fromCompletionStage(client::refreshPartitionsAsync)
          .then(Mono.fromFuture(() -> client.connectPubSubAsync(StringCodec.UTF8)))
          .map(connection -> connection);
    }

    @Override
    public Mono<Void> close() {
      return Mono.fromFuture(() -> client.shutdownAsync(0, CLOSE_SECONDS, TimeUnit.SECONDS));
    }
  }
}
