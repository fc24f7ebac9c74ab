package dev.breakwater.http.api.user;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.user.OwnPermissions;
import dev.breakwater.core.user.RegisterUser;
import dev.breakwater.core.user.Registration;
import dev.breakwater.core.user.UserProfile;
import dev.breakwater.core.user.UserSecrets;
import dev.breakwater.core.user.UserService;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Fields;
import dev.breakwater.http.api.Flags;
import dev.breakwater.http.api.Ids;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Browser;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** {@code /users} in Harbor's shapes. */
public final class UserOperations {
  private static final String USERS = "/api/v2.0/users";
  private static final String ONE = USERS + "/{user_id}";

  private final UserService users;
  private final RegisterUser registration;
  private final UserSecrets secrets;
  private final OwnPermissions permissions;
  private final JsonBodies bodies;

  public UserOperations(
      UserService users,
      RegisterUser registration,
      UserSecrets secrets,
      OwnPermissions permissions,
      JsonBodies bodies) {
    this.users = users;
    this.registration = registration;
    this.secrets = secrets;
    this.permissions = permissions;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", USERS, "listUsers", this::list)
        .add("POST", USERS, "createUser", this::create)
        .add("GET", USERS + "/current", "getCurrentUserInfo", this::current)
        .add("GET", USERS + "/search", "searchUsers", this::search)
        .add(
            "GET",
            USERS + "/current/permissions",
            "getCurrentUserPermissions",
            this::currentPermissions)
        .add("GET", ONE, "getUser", this::get)
        .add("PUT", ONE, "updateUserProfile", this::update)
        .add("DELETE", ONE, "deleteUser", this::delete)
        .add("PUT", ONE + "/sysadmin", "setUserSysAdmin", this::sysadmin)
        .add("PUT", ONE + "/password", "updateUserPassword", this::password)
        .add("PUT", ONE + "/cli_secret", "setCliSecret", this::cliSecret);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    return users
        .list(exchange.caller(), page.request(exchange))
        .flatMap(found -> send(exchange, page, found.map(UserJson::of)));
  }

  private Mono<Void> search(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    String part =
        exchange
            .parameter("username")
            .orElseThrow(() ->
                new RegistryException(ErrorCode.UNPROCESSABLE, "username in query is required"));
    return users
        .search(exchange.caller(), part, page.offset(), page.size())
        .flatMap(found -> send(exchange, page, found.map(UserJson::found)));
  }

  private static Mono<Void> send(Exchange exchange, Page page, Slice<Map<String, Object>> found) {
    page.describe(exchange, found.total());
    return ApiAnswers.json(exchange, 200, found.elements());
  }

  private Mono<Void> create(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(body ->
            new Registration(
                Fields.text(body, "username"), Fields.text(body, "password"), profile(body)))
        .flatMap(wanted -> registration.create(exchange.caller(), wanted, Browser.sent(exchange)))
        .flatMap(user -> {
          exchange.response().header("Location", USERS + "/" + user.id());
          return exchange.sendEmpty(201);
        });
  }

  private Mono<Void> current(Exchange exchange, PathParameters path) {
    return users
        .current(exchange.caller())
        .flatMap(user ->
            users
                .providerAccount(exchange.caller())
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMap(
                    account -> ApiAnswers.json(exchange, 200, UserJson.ofCurrent(user, account))));
  }

  private Mono<Void> currentPermissions(Exchange exchange, PathParameters path) {
    String scope = exchange.parameter("scope").orElse("");
    boolean relative = Flags.parameter(exchange, "relative", false);
    return permissions
        .list(exchange.caller(), scope)
        .flatMap(found ->
            ApiAnswers.json(
                exchange,
                200,
                found.stream().map(each -> permission(each, scope, relative)).toList()));
  }

  private static Map<String, Object> permission(
      Permission permission, String scope, boolean relative) {
    boolean itself = permission.resource() == Resource.PROJECT && scope.startsWith("/project/");
    String last = itself ? "" : "/" + permission.resource().label();
    String alone = itself ? "." : permission.resource().label();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("resource", relative ? alone : scope + last);
    json.put("action", permission.verb().label());
    return json;
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    return users
        .find(exchange.caller(), id(path))
        .flatMap(user -> ApiAnswers.json(exchange, 200, UserJson.of(user)));
  }

  private Mono<Void> update(Exchange exchange, PathParameters path) {
    long id = id(path);
    return change(exchange, body -> users.updateProfile(exchange.caller(), id, profile(body)));
  }

  private Mono<Void> sysadmin(Exchange exchange, PathParameters path) {
    long id = id(path);
    return change(exchange, body -> users.setSysadmin(exchange.caller(), id, sysadmin(body)));
  }

  private static boolean sysadmin(JsonValue body) {
    return Fields.flag(body, "sysadmin_flag")
        .orElseThrow(() ->
            new RegistryException(
                ErrorCode.BAD_REQUEST, "sysadmin_flag is missing; it must be true or false"));
  }

  private Mono<Void> password(Exchange exchange, PathParameters path) {
    long id = id(path);
    return change(
        exchange,
        body ->
            secrets.changePassword(
                exchange.caller(),
                id,
                Fields.text(body, "old_password"),
                Fields.text(body, "new_password")));
  }

  private Mono<Void> cliSecret(Exchange exchange, PathParameters path) {
    long id = id(path);
    return change(
        exchange,
        body -> secrets.changeCliSecret(exchange.caller(), id, Fields.text(body, "secret")));
  }

  private Mono<Void> change(Exchange exchange, Function<JsonValue, Mono<Void>> work) {
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .flatMap(body -> Mono.defer(() -> work.apply(body)))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> delete(Exchange exchange, PathParameters path) {
    return users
        .delete(exchange.caller(), id(path))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private static UserProfile profile(JsonValue body) {
    return new UserProfile(
        Fields.text(body, "email").strip(),
        Fields.text(body, "realname"),
        Fields.text(body, "comment"));
  }

  private static long id(PathParameters path) {
    return Ids.parse("user_id", path.get(0));
  }
}
