package dev.breakwater.http.api.allowlist;

import dev.breakwater.core.allowlist.SystemAllowlist;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import reactor.core.publisher.Mono;

/** {@code /system/CVEAllowlist} in Harbor's shapes. */
public final class AllowlistOperations {
  private static final String PATH = "/api/v2.0/system/CVEAllowlist";

  private final SystemAllowlist allowlist;
  private final JsonBodies bodies;

  public AllowlistOperations(SystemAllowlist allowlist, JsonBodies bodies) {
    this.allowlist = allowlist;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", PATH, "getSystemCVEAllowlist", this::get)
        .add("PUT", PATH, "putSystemCVEAllowlist", this::put);
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    return allowlist
        .get(exchange.caller())
        .flatMap(found -> ApiAnswers.json(exchange, 200, AllowlistJson.json(found)));
  }

  private Mono<Void> put(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.LARGE)
        .flatMap(body ->
            allowlist.put(exchange.caller(), AllowlistJson.items(body), AllowlistJson.expiry(body)))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }
}
