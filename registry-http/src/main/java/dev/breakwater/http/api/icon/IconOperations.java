package dev.breakwater.http.api.icon;

import dev.breakwater.core.icon.Icon;
import dev.breakwater.core.icon.Icons;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** {@code /icons/{digest}} in Harbor's shape. */
public final class IconOperations {
  public void addTo(ApiRouter router) {
    router.add("GET", "/api/v2.0/icons/{digest}", "getIcon", IconOperations::get);
  }

  private static Mono<Void> get(Exchange exchange, PathParameters path) {
    Icon icon = Icons.get(Digest.parse(path.get(0)));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("content-type", icon.contentType());
    json.put("content", icon.base64());
    return ApiAnswers.json(exchange, 200, json);
  }
}
