package dev.breakwater.http.api.group;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.group.GroupKind;
import dev.breakwater.core.group.GroupService;
import dev.breakwater.core.group.UserGroup;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Fields;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** {@code /usergroups}. */
public final class GroupOperations {
  private static final String GROUPS = "/api/v2.0/usergroups";
  private static final String ONE = GROUPS + "/{group_id}";

  private final GroupService groups;
  private final JsonBodies bodies;

  public GroupOperations(GroupService groups, JsonBodies bodies) {
    this.groups = groups;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", GROUPS, "listUserGroups", this::list)
        .add("POST", GROUPS, "createUserGroup", this::create)
        .add("GET", GROUPS + "/search", "searchUserGroups", this::search)
        .add("GET", ONE, "getUserGroup", this::get)
        .add("PUT", ONE, "updateUserGroup", this::update)
        .add("DELETE", ONE, "deleteUserGroup", this::delete);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    return groups
        .list(
            exchange.caller(),
            exchange.parameter("group_name").orElse(""),
            exchange.parameter("ldap_group_dn").filter(dn -> !dn.isBlank()),
            page.offset(),
            page.size())
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(
              exchange, 200, found.elements().stream().map(GroupOperations::json).toList());
        });
  }

  private Mono<Void> search(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    String name = exchange.parameter("groupname").orElse("");
    if (name.isEmpty()) {
      throw new RegistryException(ErrorCode.BAD_REQUEST, "groupname is missing");
    }
    return groups
        .search(exchange.caller(), name, page.offset(), page.size())
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(
              exchange, 200, found.elements().stream().map(GroupOperations::item).toList());
        });
  }

  private Mono<Void> create(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .flatMap(body ->
            groups.create(
                exchange.caller(),
                Fields.text(body, "group_name"),
                kind(body),
                Fields.text(body, "ldap_group_dn")))
        .flatMap(group -> {
          exchange.response().header("Location", GROUPS + "/" + group.id());
          return exchange.sendEmpty(201);
        });
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    return groups
        .find(exchange.caller(), id(path))
        .flatMap(group -> ApiAnswers.json(exchange, 200, json(group)));
  }

  private Mono<Void> update(Exchange exchange, PathParameters path) {
    long id = id(path);
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .flatMap(body ->
            groups.rename(exchange.caller(), id, Fields.text(body, "group_name")).thenReturn(id))
        .flatMap(_ -> exchange.sendEmpty(200));
  }

  private Mono<Void> delete(Exchange exchange, PathParameters path) {
    return groups
        .delete(exchange.caller(), id(path))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private static Map<String, Object> json(UserGroup group) {
    Map<String, Object> json = item(group);
    if (!group.ldapDn().isEmpty()) {
      json.put("ldap_group_dn", group.ldapDn());
    }
    return json;
  }

  private static Map<String, Object> item(UserGroup group) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", group.id());
    json.put("group_name", group.name());
    json.put("group_type", group.kind().id());
    return json;
  }

  private static GroupKind kind(JsonValue body) {
    return GroupKind.find(Fields.number(body, "group_type").orElse(0L))
        .orElseThrow(() ->
            new RegistryException(
                ErrorCode.BAD_REQUEST,
                "group_type must be 1 (LDAP), 2 (HTTP authentication) or 3 (OIDC)"));
  }

  private static long id(PathParameters path) {
    return Optional.of(path.get(0))
        .filter(text -> text.matches("[0-9]{1,18}"))
        .map(Long::parseLong)
        .orElseThrow(() ->
            new RegistryException(
                ErrorCode.BAD_REQUEST,
                "the group id is '" + Printable.shorten(path.get(0)) + "'; it must be a number"));
  }
}
