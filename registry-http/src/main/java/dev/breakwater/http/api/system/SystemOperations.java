package dev.breakwater.http.api.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import dev.breakwater.core.volume.ListVolumes;
import dev.breakwater.core.volume.Volume;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** {@code /ping}, {@code /health}, {@code /systeminfo} and {@code /api/version}. */
public final class SystemOperations {
  private static final String API = "/api/v2.0";
  private static final String API_VERSION = "v2.0";

  /** Clients decide by it what the API can do: the release whose operations are served. */
  private static final String COMPATIBLE_WITH = "v2.14.0";

  private static final Duration HEALTH_IS_KEPT = Duration.ofSeconds(10);

  private final SystemFacts facts;
  private final Mono<List<Map<String, Object>>> components;
  private final ConfigurationSource configuration;
  private final ListVolumes volumes;
  private final Clock clock;

  /**
   * @param health what each component answers: {@code ok}, or what is wrong; asked at most every
   *     ten seconds
   */
  public SystemOperations(
      SystemFacts facts,
      Mono<Map<String, String>> health,
      ConfigurationSource configuration,
      ListVolumes volumes,
      Clock clock) {
    this.facts = facts;
    this.configuration = configuration;
    this.volumes = volumes;
    this.components = health.map(SystemOperations::components).cache(HEALTH_IS_KEPT);
    this.clock = clock;
  }

  public void addTo(ApiRouter router) {
    router
        .addOpen("GET", "/api/version", "getVersion", this::version)
        .addOpen("GET", API + "/ping", "getPing", this::ping)
        .addOpen("GET", API + "/health", "getHealth", this::health)
        .add("GET", API + "/systeminfo", "getSystemInfo", this::system)
        .add("GET", API + "/systeminfo/volumes", "getVolumes", this::volumes)
        .addOpen("GET", API + "/systeminfo/getcert", "getCert", this::certificate);
  }

  private Mono<Void> version(Exchange exchange, PathParameters path) {
    return ApiAnswers.json(exchange, 200, Map.of("version", API_VERSION));
  }

  private Mono<Void> ping(Exchange exchange, PathParameters path) {
    return exchange.sendBytes(200, "text/plain; charset=utf-8", "Pong".getBytes(UTF_8));
  }

  /** Always 200: load balancers ask the management port, which also says it by its status. */
  private Mono<Void> health(Exchange exchange, PathParameters path) {
    return components.flatMap(found -> {
      boolean healthy = found.stream().noneMatch(each -> each.containsKey("error"));
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("status", healthy ? "healthy" : "unhealthy");
      body.put("components", found);
      return ApiAnswers.json(exchange, 200, body);
    });
  }

  /** Anybody may ask, so what is wrong is not told here: it names hosts and files. */
  private static List<Map<String, Object>> components(Map<String, String> states) {
    List<Map<String, Object>> components = new ArrayList<>();
    components.add(component("core", "ok"));
    states.forEach((name, state) -> components.add(component(name, state)));
    return components;
  }

  private static Map<String, Object> component(String name, String state) {
    Map<String, Object> component = new LinkedHashMap<>();
    component.put("name", name);
    component.put("status", state.equals("ok") ? "healthy" : "unhealthy");
    if (!state.equals("ok")) {
      component.put("error", "does not answer as it should; the log says why");
    }
    return component;
  }

  private Mono<Void> system(Exchange exchange, PathParameters path) {
    return Mono.zip(configuration.current(), facts.authority().hasElement())
        .flatMap(
            both -> ApiAnswers.json(exchange, 200, system(exchange, both.getT1(), both.getT2())));
  }

  private Map<String, Object> system(
      Exchange exchange, Configuration settings, boolean hasAuthority) {
    GeneralSettings general = new GeneralSettings(settings);
    Map<String, Object> body = general.forAnybody();
    if (!exchange.caller().isAnonymous()) {
      body.put("harbor_version", COMPATIBLE_WITH + "-breakwater-" + facts.version());
      body.put(
          "registry_url",
          facts.externalUrl().map(URI::getRawAuthority).orElse(exchange.client().host()));
      body.put(
          "external_url",
          facts.externalUrl().map(URI::toString).orElse(exchange.client().baseUrl()));
      body.putAll(general.forUsers());
      body.put("has_ca_root", hasAuthority);
      body.put("registry_storage_provider_name", facts.storageDriver());
      body.put("current_time", ApiAnswers.time(clock.instant()));
    }
    return body;
  }

  private Mono<Void> volumes(Exchange exchange, PathParameters path) {
    return volumes
        .list(exchange.caller())
        .flatMap(found ->
            ApiAnswers.json(
                exchange,
                200,
                Map.of("storage", found.stream().map(SystemOperations::json).toList())));
  }

  private static Map<String, Object> json(Volume volume) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("total", volume.total());
    json.put("free", volume.free());
    return json;
  }

  /** Whoever cannot trust this server so far cannot log in, either: anybody may have it. */
  private Mono<Void> certificate(Exchange exchange, PathParameters path) {
    return facts
        .authority()
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.NOT_FOUND, "this server has no certificate authority of its own")))
        .flatMap(bytes -> {
          exchange.response().header("Content-Disposition", "attachment; filename=ca.crt");
          return exchange.sendBytes(200, "application/octet-stream", bytes);
        });
  }
}
