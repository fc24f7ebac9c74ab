package dev.breakwater.http.api.description;

import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import reactor.core.publisher.Mono;

/** Serves the description of this API. */
public final class DescriptionOperations {
  private static final String RESOURCE = "/api/breakwater.yaml";

  private final byte[] description = load();

  public void addTo(ApiRouter router) {
    router
        .addOpen("GET", "/api/v2.0/openapi.yaml", "getDescription", this::get)
        .addOpen("GET", "/api/openapi", "getDescription", this::get);
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    return exchange.sendBytes(200, "application/yaml", description);
  }

  private static byte[] load() {
    try (InputStream in = DescriptionOperations.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks " + RESOURCE);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
