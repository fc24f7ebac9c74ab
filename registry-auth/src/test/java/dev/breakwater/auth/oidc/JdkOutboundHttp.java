package dev.breakwater.auth.oidc;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.outbound.OutboundHttp;
import dev.breakwater.core.outbound.OutboundRequest;
import dev.breakwater.core.outbound.OutboundResponse;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import reactor.core.publisher.Mono;

/** The JDK's client, for tests of what is asked and answered. */
final class JdkOutboundHttp implements OutboundHttp, AutoCloseable {
  final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private final HttpClient client = HttpClient.newHttpClient();

  @Override
  public Mono<OutboundResponse> send(OutboundRequest request) {
    return Mono.defer(
            () -> {
              asked.add(request.uri().getPath());
              HttpRequest.Builder builder =
                  HttpRequest.newBuilder(request.uri())
                      .method(request.method(), BodyPublishers.ofByteArray(request.body()));
              request.headers().forEach(builder::header);
              return Mono.fromFuture(client.sendAsync(builder.build(), BodyHandlers.ofByteArray()));
            })
        .map(JdkOutboundHttp::answer)
        .onErrorMap(
            IOException.class,
            error -> new RegistryException(ErrorCode.UNAVAILABLE, "it does not answer", error));
  }

  private static OutboundResponse answer(HttpResponse<byte[]> response) {
    Map<String, String> headers = new HashMap<>();
    response.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
    return new OutboundResponse(response.statusCode(), headers, response.body());
  }

  @Override
  public void close() {
    client.close();
  }
}
