package dev.breakwater.http.api.permission;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.permission.ListPermissions;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** {@code /permissions} in Harbor's shape. */
public final class PermissionOperations {
  private final ListPermissions permissions;

  public PermissionOperations(ListPermissions permissions) {
    this.permissions = permissions;
  }

  public void addTo(ApiRouter router) {
    router.add("GET", "/api/v2.0/permissions", "getPermissions", this::list);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    return permissions
        .list(exchange.caller())
        .flatMap(pairs -> {
          Map<String, Object> body = new LinkedHashMap<>();
          body.put("system", json(pairs.system()));
          body.put("project", json(pairs.project()));
          return ApiAnswers.json(exchange, 200, body);
        });
  }

  private static List<Map<String, Object>> json(List<Permission> pairs) {
    return pairs.stream().map(PermissionOperations::json).toList();
  }

  private static Map<String, Object> json(Permission pair) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("resource", pair.resource().label());
    json.put("action", pair.verb().label());
    return json;
  }
}
