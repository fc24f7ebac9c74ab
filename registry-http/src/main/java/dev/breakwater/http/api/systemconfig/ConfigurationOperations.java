package dev.breakwater.http.api.systemconfig;

import dev.breakwater.core.systemconfig.ConfigurationChange;
import dev.breakwater.core.systemconfig.ConfigurationService;
import dev.breakwater.core.systemconfig.ConfigurationService.Shown;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** {@code /configurations} and {@code /internalconfig}. */
public final class ConfigurationOperations {
  private static final String API = "/api/v2.0";

  private final ConfigurationService service;
  private final JsonBodies bodies;

  public ConfigurationOperations(ConfigurationService service, JsonBodies bodies) {
    this.service = service;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", API + "/configurations", "getConfigurations", this::get)
        .add("PUT", API + "/configurations", "updateConfigurations", this::update)
        .add("GET", API + "/internalconfig", "getInternalconfig", this::get);
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    return service
        .show(exchange.caller())
        .flatMap(shown -> ApiAnswers.json(exchange, 200, json(shown)));
  }

  /** The body is read only for those who may: what is wrong with it is nobody else's business. */
  private Mono<Void> update(Exchange exchange, PathParameters path) {
    return service
        .requireUpdate(exchange.caller())
        .then(Mono.defer(() -> bodies.object(exchange, JsonBodies.SMALL)))
        .map(ConfigurationChange::parse)
        .flatMap(change -> service.update(exchange.caller(), change))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private static Map<String, Object> json(List<Shown> shown) {
    Map<String, Object> json = new LinkedHashMap<>();
    for (Shown each : shown) {
      Map<String, Object> value = new LinkedHashMap<>();
      value.put("value", value(each));
      value.put("editable", each.editable());
      json.put(each.item().key(), value);
    }
    return json;
  }

  private static Object value(Shown shown) {
    return switch (shown.item().kind()) {
      case TEXT, SECRET -> shown.value();
      case FLAG -> Boolean.parseBoolean(shown.value());
      case NUMBER -> Long.parseLong(shown.value());
    };
  }
}
