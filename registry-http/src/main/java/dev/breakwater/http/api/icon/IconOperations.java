package dev.breakwater.http.api.icon;

import dev.breakwater.core.icon.Icon;
import dev.breakwater.core.icon.ReadIcon;
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
  private final ReadIcon icons;

  public IconOperations(ReadIcon icons) {
    this.icons = icons;
  }

  public void addTo(ApiRouter router) {
    router.add("GET", "/api/v2.0/icons/{digest}", "getIcon", this::get);
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    Digest digest = Digest.parse(path.get(0));
    return icons.get(digest).flatMap(icon -> ApiAnswers.json(exchange, 200, json(icon)));
  }

  private static Map<String, Object> json(Icon icon) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("content-type", icon.contentType());
    json.put("content", icon.base64());
    return json;
  }
}
