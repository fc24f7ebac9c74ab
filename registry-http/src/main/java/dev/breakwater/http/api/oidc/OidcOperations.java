package dev.breakwater.http.api.oidc;

import dev.breakwater.auth.oidc.OidcService;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Fields;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import reactor.core.publisher.Mono;

/** {@code /system/oidc}. */
public final class OidcOperations {
  private final OidcService provider;
  private final JsonBodies bodies;

  public OidcOperations(OidcService provider, JsonBodies bodies) {
    this.provider = provider;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router.add("POST", "/api/v2.0/system/oidc/ping", "pingOIDC", this::ping);
  }

  private Mono<Void> ping(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .flatMap(body ->
            provider
                .ping(
                    exchange.caller(),
                    Fields.optionalText(body, "url")
                        .orElseThrow(
                            () -> new RegistryException(ErrorCode.BAD_REQUEST, "url is missing")),
                    Fields.flag(body, "verify_cert").orElse(true))
                .thenReturn(body))
        .flatMap(_ -> exchange.sendEmpty(200));
  }
}
