package dev.breakwater.http.management;

import dev.breakwater.core.json.Json;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * Serves {@code /metrics} in Prometheus' format, {@code /health/live} and {@code /health/ready}.
 * Both health answers are 200, or 503 with what is wrong.
 */
public final class ManagementServer {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final String address;
  private final int port;
  private final PrometheusMeterRegistry meters;
  private final Readiness readiness;
  private final LoopResources loops;

  public ManagementServer(
      String address,
      int port,
      PrometheusMeterRegistry meters,
      Readiness readiness,
      LoopResources loops) {
    this.address = address;
    this.port = port;
    this.meters = meters;
    this.readiness = readiness;
    this.loops = loops;
  }

  public Mono<? extends DisposableServer> bind() {
    return HttpServer.create()
        .host(address)
        .port(port)
        .runOn(loops)
        .route(routes ->
            routes
                .get("/metrics", (_, response) -> text(response, PROMETHEUS, meters.scrape()))
                .get("/health/live", (_, response) -> json(response, 200, Map.of("status", "ok")))
                .get("/health/ready", this::ready))
        .bind();
  }

  private Publisher<Void> ready(HttpServerRequest request, HttpServerResponse response) {
    return readiness.components().flatMap(components -> sendReadiness(response, components));
  }

  private Mono<Void> sendReadiness(HttpServerResponse response, Map<String, String> components) {
    boolean healthy = readiness.isHealthy(components);
    boolean accepting = readiness.isAccepting();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", healthy && accepting ? "ok" : accepting ? "unhealthy" : "not accepting");
    body.put("components", components);
    return json(response, healthy && accepting ? 200 : 503, body);
  }

  private static Mono<Void> json(HttpServerResponse response, int status, Map<String, ?> body) {
    return text(response.status(status), "application/json", Json.writeText(body));
  }

  private static Mono<Void> text(HttpServerResponse response, String type, String body) {
    return response.header("Content-Type", type).sendString(Mono.just(body)).then();
  }
}
