package dev.breakwater.auth.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import dev.breakwater.core.outbound.OutboundHttp;
import dev.breakwater.core.outbound.OutboundRequest;
import dev.breakwater.core.outbound.OutboundResponse;
import dev.breakwater.core.outbound.Trust;
import java.net.URI;
import reactor.core.publisher.Mono;

/** Carries the library's requests and answers over our own client. */
final class ProviderHttp {
  private final OutboundHttp http;

  ProviderHttp(OutboundHttp http) {
    this.http = http;
  }

  Mono<OutboundResponse> get(URI uri, Trust trust) {
    return http.send(OutboundRequest.get(uri, trust).withHeader("Accept", "application/json"));
  }

  Mono<HTTPResponse> send(HTTPRequest request, Trust trust) {
    return Mono.fromCallable(() -> outbound(request, trust))
        .flatMap(http::send)
        .map(ProviderHttp::answer);
  }

  private static OutboundRequest outbound(HTTPRequest request, Trust trust) {
    String body = request.getBody();
    OutboundRequest outbound =
        request.getMethod() == HTTPRequest.Method.POST
            ? OutboundRequest.post(
                request.getURI(),
                String.valueOf(request.getEntityContentType()),
                body == null ? new byte[0] : body.getBytes(UTF_8),
                trust)
            : OutboundRequest.get(request.getURI(), trust);
    String authorization = request.getAuthorization();
    OutboundRequest json = outbound.withHeader("Accept", "application/json");
    return authorization == null ? json : json.withHeader("Authorization", authorization);
  }

  private static HTTPResponse answer(OutboundResponse response) {
    HTTPResponse answer = new HTTPResponse(response.status());
    response.header("Content-Type").ifPresent(type -> setType(answer, type));
    answer.setBody(new String(response.body(), UTF_8));
    return answer;
  }

  /** A type that is none leaves the answer without one, which its parser then refuses. */
  private static void setType(HTTPResponse answer, String type) {
    try {
      answer.setContentType(type);
    } catch (ParseException e) {
      answer.setEntityContentType(null);
    }
  }
}
