package dev.breakwater.http.api.ldap;

import dev.breakwater.auth.ldap.LdapService;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.group.NewGroup;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.systemconfig.ConfigurationChange;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** {@code /ldap}. */
public final class LdapOperations {
  private static final String LDAP = "/api/v2.0/ldap";
  private static final int MAX_IMPORT = 1000;

  /** The members of a body that asks for a ping, and the settings that they stand for. */
  private static final Map<String, ConfigurationItem> PING =
      Map.of(
          "ldap_url", ConfigurationItem.LDAP_URL,
          "ldap_search_dn", ConfigurationItem.LDAP_SEARCH_DN,
          "ldap_search_password", ConfigurationItem.LDAP_SEARCH_PASSWORD,
          "ldap_base_dn", ConfigurationItem.LDAP_BASE_DN,
          "ldap_filter", ConfigurationItem.LDAP_FILTER,
          "ldap_uid", ConfigurationItem.LDAP_UID,
          "ldap_scope", ConfigurationItem.LDAP_SCOPE,
          "ldap_connection_timeout", ConfigurationItem.LDAP_TIMEOUT,
          "ldap_verify_cert", ConfigurationItem.LDAP_VERIFY_CERT);

  private final LdapService directory;
  private final JsonBodies bodies;

  public LdapOperations(LdapService directory, JsonBodies bodies) {
    this.directory = directory;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("POST", LDAP + "/ping", "pingLdap", this::ping)
        .add("GET", LDAP + "/users/search", "searchLdapUser", this::searchPeople)
        .add("POST", LDAP + "/users/import", "importLdapUser", this::importPeople)
        .add("GET", LDAP + "/groups/search", "searchLdapGroup", this::searchGroups);
  }

  private Mono<Void> ping(Exchange exchange, PathParameters path) {
    Mono<Map<ConfigurationItem, String>> asked =
        exchange.hasBody()
            ? bodies.object(exchange, JsonBodies.SMALL).map(LdapOperations::settings)
            : Mono.just(Map.of());
    return asked
        .flatMap(settings -> directory.ping(exchange.caller(), settings))
        .flatMap(problem -> ApiAnswers.json(exchange, 200, result(problem)));
  }

  private static Map<String, Object> result(Optional<String> problem) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("success", problem.isEmpty());
    problem.ifPresent(message -> json.put("message", message));
    return json;
  }

  private static Map<ConfigurationItem, String> settings(JsonValue body) {
    Map<String, JsonValue> members = body.members();
    Map<ConfigurationItem, String> settings = new EnumMap<>(ConfigurationItem.class);
    PING.forEach((member, item) -> {
      JsonValue value = members.get(member);
      if (value != null && !value.isAbsent() && !isDefaultPassword(item, value)) {
        settings.put(item, ConfigurationChange.parse(item, value));
      }
    });
    return settings;
  }

  /** Clients that do not know the stored password send an empty one. */
  private static boolean isDefaultPassword(ConfigurationItem item, JsonValue value) {
    return item == ConfigurationItem.LDAP_SEARCH_PASSWORD
        && value.text().map(String::isEmpty).orElse(false);
  }

  private Mono<Void> searchPeople(Exchange exchange, PathParameters path) {
    return directory
        .people(exchange.caller(), exchange.parameter("username").orElse(""))
        .flatMap(people ->
            ApiAnswers.json(exchange, 200, people.stream().map(LdapOperations::json).toList()));
  }

  private Mono<Void> searchGroups(Exchange exchange, PathParameters path) {
    return directory
        .groups(
            exchange.caller(),
            exchange.parameter("groupname").orElse(""),
            exchange.parameter("groupdn").orElse(""))
        .flatMap(groups ->
            ApiAnswers.json(exchange, 200, groups.stream().map(LdapOperations::json).toList()));
  }

  private Mono<Void> importPeople(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.LARGE)
        .map(LdapOperations::names)
        .flatMap(names -> directory.importPeople(exchange.caller(), names))
        .flatMap(failures ->
            failures.isEmpty()
                ? exchange.sendEmpty(200)
                : ApiAnswers.json(
                    exchange,
                    404,
                    failures.stream()
                        .map(each -> Map.of("uid", each.username(), "error", each.reason()))
                        .toList()));
  }

  private static List<String> names(JsonValue body) {
    List<JsonValue> names = body.get("ldap_uid_list").elements();
    if (names.isEmpty() || names.size() > MAX_IMPORT) {
      throw bad("ldap_uid_list must be an array of 1 to " + MAX_IMPORT + " names");
    }
    return names.stream()
        .map(name ->
            name.text()
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> bad("ldap_uid_list must hold names")))
        .toList();
  }

  private static Map<String, Object> json(LdapService.Person person) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("username", person.username());
    json.put("realname", person.realName());
    String email = person.email();
    if (email != null) {
      json.put("email", email);
    }
    return json;
  }

  private static Map<String, Object> json(NewGroup group) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("group_name", group.name());
    json.put("group_type", group.kind().id());
    json.put("ldap_group_dn", group.ldapDn());
    return json;
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
