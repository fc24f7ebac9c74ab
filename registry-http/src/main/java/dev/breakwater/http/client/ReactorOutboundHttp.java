package dev.breakwater.http.client;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.outbound.AddressRule;
import dev.breakwater.core.outbound.OutboundHttp;
import dev.breakwater.core.outbound.OutboundRequest;
import dev.breakwater.core.outbound.OutboundResponse;
import dev.breakwater.core.outbound.Trust;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * Requests over Reactor Netty's client. Every request has a connection of its own, so that none is
 * shared between those that verify certificates and those that do not. GET follows a few redirects;
 * each target is checked as the first one was, and credentials go to their own host only.
 */
public final class ReactorOutboundHttp implements OutboundHttp {
  private static final Logger log = LoggerFactory.getLogger(ReactorOutboundHttp.class);
  private static final int MAX_REDIRECTS = 3;
  private static final int CONNECT_MILLIS = 5000;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Set<String> CREDENTIALS = Set.of("authorization", "cookie");

  private final AddressRule rule;
  private final HttpClient client;
  private final OutboundTls tls = new OutboundTls();

  public ReactorOutboundHttp(AddressRule rule, LoopResources loops) {
    this.rule = rule;
    this.client =
        HttpClient.create(ConnectionProvider.newConnection())
            .runOn(loops, false)
            .resolver(new GuardedResolvers(rule))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .followRedirect(false)
            .disableRetry(true);
  }

  @Override
  public Mono<OutboundResponse> send(OutboundRequest request) {
    return Mono.defer(() -> send(request, 0))
        .timeout(request.deadline())
        .onErrorMap(
            error -> !(error instanceof RegistryException) && error instanceof Exception,
            error -> unavailable(request.uri(), error));
  }

  private Mono<OutboundResponse> send(OutboundRequest request, int redirects) {
    requirePermitted(request.uri());
    byte[] body = request.body();
    return secured(request)
        .headers(headers -> {
          request.headers().forEach(headers::set);
          if (body.length > 0) {
            headers.set("Content-Length", body.length);
          }
        })
        .request(HttpMethod.valueOf(request.method()))
        .uri(request.uri())
        .send(
            body.length == 0
                ? ByteBufFlux.fromInbound(Mono.empty())
                : ByteBufFlux.fromInbound(Mono.just(body)))
        .response((response, content) -> read(request, response, content))
        .single()
        .flatMap(response -> follow(request, response, redirects));
  }

  private HttpClient secured(OutboundRequest request) {
    Trust trust = request.trust();
    return scheme(request.uri()).equals("https")
        ? client.secure(specification -> specification.sslContext(tls.of(trust)))
        : client;
  }

  private static Mono<OutboundResponse> read(
      OutboundRequest request, HttpClientResponse response, ByteBufFlux content) {
    return content
        .reduceWith(ByteArrayOutputStream::new, (bytes, buffer) -> collect(request, bytes, buffer))
        .map(bytes ->
            new OutboundResponse(response.status().code(), headers(response), bytes.toByteArray()));
  }

  private static ByteArrayOutputStream collect(
      OutboundRequest request, ByteArrayOutputStream bytes, ByteBuf buffer) {
    if (bytes.size() + buffer.readableBytes() > request.maximum()) {
      throw unavailable(
          request.uri(), "answers more than " + request.maximum() + " bytes, which is the limit");
    }
    try {
      buffer.readBytes(bytes, buffer.readableBytes());
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot be written to", e);
    }
    return bytes;
  }

  private static Map<String, String> headers(HttpClientResponse response) {
    Map<String, String> headers = new LinkedHashMap<>();
    response
        .responseHeaders()
        .forEach(header ->
            headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
    return headers;
  }

  private Mono<OutboundResponse> follow(
      OutboundRequest request, OutboundResponse response, int redirects) {
    if (!request.method().equals("GET") || !REDIRECTS.contains(response.status())) {
      return Mono.just(response);
    }
    if (redirects >= MAX_REDIRECTS) {
      return Mono.error(unavailable(request.uri(), "redirects too often"));
    }
    URI target = target(request.uri(), response);
    if (scheme(request.uri()).equals("https") && !scheme(target).equals("https")) {
      return Mono.error(unavailable(request.uri(), "redirects to an address without TLS"));
    }
    return send(
        new OutboundRequest(
            "GET",
            target,
            sameHost(request.uri(), target) ? request.headers() : harmless(request.headers()),
            new byte[0],
            request.trust(),
            request.maximum(),
            request.deadline()),
        redirects + 1);
  }

  private static URI target(URI from, OutboundResponse response) {
    try {
      return from.resolve(response.header("Location").orElse(""));
    } catch (IllegalArgumentException e) {
      throw unavailable(from, "redirects to something that is no URL");
    }
  }

  private static boolean sameHost(URI one, URI other) {
    return String.valueOf(one.getRawAuthority())
        .equalsIgnoreCase(String.valueOf(other.getRawAuthority()));
  }

  private static Map<String, String> harmless(Map<String, String> headers) {
    return headers.entrySet().stream()
        .filter(header -> !CREDENTIALS.contains(header.getKey().toLowerCase(Locale.ROOT)))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Addresses that are written as numbers are not looked up, so they are checked here. */
  private void requirePermitted(URI uri) {
    String host = uri.getHost();
    if (!List.of("http", "https").contains(scheme(uri))
        || host == null
        || uri.getRawUserInfo() != null) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "'"
              + Printable.shorten(withoutUser(uri))
              + "' is not a URL such as https://login.example.com, without a user in it");
    }
    Addresses.requirePermitted(rule, host);
  }

  private static String withoutUser(URI uri) {
    return uri.getRawUserInfo() == null ? uri.toString() : uri.getScheme() + "://...";
  }

  private static String scheme(URI uri) {
    return String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
  }

  private static RegistryException unavailable(URI uri, Throwable error) {
    log.warn("{} cannot be reached: {}", uri.getHost(), error.toString());
    return unavailable(
        uri,
        switch (error) {
          case TimeoutException _ -> "does not answer in time";
          case UnknownHostException _ -> "is a name that is not found";
          case SSLException _ -> "has a certificate that is not trusted";
          case ConnectException _ -> "does not accept connections";
          default -> "does not answer as it should; the log says more";
        });
  }

  private static RegistryException unavailable(URI uri, String reason) {
    return new RegistryException(
        ErrorCode.UNAVAILABLE, Printable.shorten(String.valueOf(uri.getHost())) + " " + reason);
  }
}
