package dev.breakwater.http.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.breakwater.core.audit.SyslogAddress;
import dev.breakwater.core.audit.SyslogReceiver;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.outbound.AddressRule;
import dev.breakwater.core.outbound.Trust;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;

/**
 * Sends log messages over TCP or TLS (RFC 5425), a connection for each batch. Nobody acknowledges
 * log messages, so what is handed over may still be lost with the receiver. Therefore this side
 * ends first and waits for the other one to end, too, as receivers do that have read all: one that
 * broke off instead gets the batch again.
 */
public final class ReactorSyslogReceiver implements SyslogReceiver {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Receivers that keep connections open although nothing more can come. */
  private static final Duration FAREWELL = Duration.ofSeconds(3);

  private final AddressRule rule;
  private final LoopResources loops;
  private final Trust trust;
  private final OutboundTls tls = new OutboundTls();

  /**
   * @param rule where connections may go
   * @param trust whose certificates are believed
   */
  public ReactorSyslogReceiver(AddressRule rule, LoopResources loops, Trust trust) {
    this.rule = rule;
    this.loops = loops;
    this.trust = trust;
  }

  @Override
  public Mono<Void> send(SyslogAddress address, List<byte[]> messages) {
    return Mono.defer(
            () -> {
              Addresses.requirePermitted(rule, address.host());
              return Mono.usingWhen(
                  client(address).connect(),
                  connection -> write(connection, messages),
                  ReactorSyslogReceiver::close);
            })
        .timeout(PATIENCE)
        .onErrorMap(
            error -> !(error instanceof RegistryException), error -> unavailable(address, error));
  }

  private TcpClient client(SyslogAddress address) {
    TcpClient client =
        TcpClient.newConnection()
            .runOn(loops, false)
            .resolver(new GuardedResolvers(rule))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) PATIENCE.toMillis())
            .host(address.host())
            .port(address.port());
    if (!address.tls()) {
      return client;
    }
    SslContext context = tls.of(trust);
    return client.secure(ssl -> ssl.sslContext(context));
  }

  private static Mono<Void> write(Connection connection, List<byte[]> messages) {
    return connection
        .outbound()
        .send(Flux.fromIterable(messages).map(ReactorSyslogReceiver::frame))
        .then()
        .then(Mono.defer(() -> farewell(connection)));
  }

  private static Mono<Void> farewell(Connection connection) {
    Farewell farewell = new Farewell();
    connection.channel().pipeline().addFirst(farewell);
    end(connection).addListener(farewell);
    connection.channel().config().setAutoRead(true);
    return farewell.ended().timeout(FAREWELL, Mono.empty());
  }

  /** Says that nothing more comes. */
  private static Future<?> end(Connection connection) {
    SslHandler tls = connection.channel().pipeline().get(SslHandler.class);
    if (tls != null) {
      return tls.closeOutbound();
    }
    return connection.channel() instanceof DuplexChannel channel
        ? channel.shutdownOutput()
        : connection.channel().close();
  }

  /** RFC 6587, 3.4.1: the length in front. */
  private static ByteBuf frame(byte[] message) {
    return Unpooled.wrappedBuffer((message.length + " ").getBytes(US_ASCII), message);
  }

  private static Mono<Void> close(Connection connection) {
    return Mono.fromRunnable(connection::dispose).then(connection.onDispose());
  }

  private static RegistryException unavailable(SyslogAddress address, Throwable error) {
    return new RegistryException(
        ErrorCode.UNAVAILABLE,
        "the receiver of log messages at "
            + address.host()
            + ":"
            + address.port()
            + " cannot be reached: "
            + error.getMessage(),
        error);
  }
}
