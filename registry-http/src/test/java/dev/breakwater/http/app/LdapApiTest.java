package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.util.LDAPSDKException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The directory's operations and log-in by its passwords, over HTTP. */
final class LdapApiTest {
  private static final String LDAP = "/api/v2.0/ldap";
  private static final byte[] NONE = new byte[0];

  /** For how long a user's row is taken as it was read, and a bit. */
  private static final Duration ROWS = Duration.ofSeconds(8);

  @TempDir static Path data;
  private static RunningRegistry registry;
  private static InMemoryDirectoryServer server;
  private static HttpClient client;

  @BeforeAll
  static void start() throws Exception {
    InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=example");
    config.addAdditionalBindCredentials("cn=search,dc=example", "search-password");
    config.setListenerConfigs(InMemoryListenerConfig.createLDAPConfig("plain", 0));
    config.setSchema(null);
    server = new InMemoryDirectoryServer(config);
    server.add("dn: dc=example", "objectClass: domain", "dc: example");
    person("alice");
    person("bob");
    person("admin");
    person("erin");
    person("finn");
    group("devs", "alice");
    group("crew", "finn");
    group("masters", "bob");
    server.startListening();
    client = HttpClient.newHttpClient();
    registry =
        RunningRegistry.start(data, Map.of("BREAKWATER_SECURITY_ALLOW_INTERNAL_TARGETS", "true"));
    int changed =
        send(
                "PUT",
                "/api/v2.0/configurations",
                """
                {"auth_mode": "ldap_auth", "ldap_url": "ldap://127.0.0.1:%d",
                 "ldap_search_dn": "cn=search,dc=example", "ldap_base_dn": "dc=example",
                 "ldap_search_password": "search-password", "ldap_uid": "uid",
                 "ldap_group_base_dn": "dc=example",
                 "ldap_group_admin_dn": "cn=masters,dc=example"}
                """
                    .formatted(server.getListenPort()))
            .statusCode();
    assertThat(changed).isEqualTo(200);
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
    server.shutDown(true);
    client.close();
  }

  @Test
  void pingsWithTheStoredSettingsAndWithOthers() throws Exception {
    assertThat(ping("").get("success").bool()).contains(true);
    assertThat(ping("{\"ldap_base_dn\":\"dc=example\"}").get("success").bool()).contains(true);
    JsonValue wrong = ping("{\"ldap_search_password\":\"wrong\"}");
    assertThat(wrong.get("success").bool()).contains(false);
    assertThat(wrong.get("message").text().orElseThrow()).contains("ldap_search_password");
  }

  @Test
  void doesNotGiveTheStoredPasswordToAnotherPlace() throws Exception {
    JsonValue elsewhere =
        ping("{\"ldap_url\":\"ldap://localhost:" + server.getListenPort() + "\"}");

    assertThat(elsewhere.get("success").bool()).contains(false);
    assertThat(elsewhere.get("message").text().orElseThrow()).contains("is empty");
  }

  @Test
  void searchesForPeopleAndGroups() throws Exception {
    JsonValue people = json("GET", LDAP + "/users/search?username=alice", "");
    assertThat(people.elements()).hasSize(1);
    assertThat(people.elements().getFirst().get("email").text()).contains("alice@example.com");
    assertThat(json("GET", LDAP + "/users/search?username=*", "").elements()).isEmpty();
    JsonValue groups = json("GET", LDAP + "/groups/search?groupname=dev", "");
    assertThat(groups.elements().getFirst().get("ldap_group_dn").text())
        .contains("cn=devs,dc=example");
    assertThat(groups.elements().getFirst().get("group_type").wholeNumber()).hasValue(1);
  }

  @Test
  void importsPeopleAndTellsWhoCannotBe() throws Exception {
    HttpResponse<byte[]> answer =
        send(
            "POST", LDAP + "/users/import", "{\"ldap_uid_list\":[\"alice\",\"nobody\",\"admin\"]}");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(Json.parse(answer.body()).elements())
        .extracting(each -> each.get("uid").text().orElseThrow())
        .containsExactly("nobody", "admin");
    assertThat(send("POST", LDAP + "/users/import", "{\"ldap_uid_list\":[\"alice\"]}").statusCode())
        .isEqualTo(200);
    assertThat(send("POST", LDAP + "/users/import", "{\"ldap_uid_list\":[]}").statusCode())
        .isEqualTo(400);
  }

  @Test
  void logsInWithThePasswordOfTheDirectory() throws Exception {
    assertThat(token("alice", "alice-password")).isEqualTo(200);
    assertThat(token("alice", "wrong")).isEqualTo(401);
    assertThat(token("alice", "")).isEqualTo(401);
    assertThat(token("a*", "alice-password")).isEqualTo(401);
  }

  @Test
  void letsMembersOfTheGroupOfAdministratorsAdminister() throws Exception {
    assertThat(as("bob", "bob-password", "/api/v2.0/configurations")).isEqualTo(200);
    assertThat(as("alice", "alice-password", "/api/v2.0/configurations")).isEqualTo(403);
    assertThat(as("alice", "alice-password", LDAP + "/users/search?username=bob")).isEqualTo(403);
    assertThat(as("alice", "alice-password", "/api/v2.0/usergroups")).isEqualTo(403);
    assertThat(as("alice", "alice-password", "/api/v2.0/usergroups/search?groupname=dev"))
        .isEqualTo(200);
  }

  @Test
  void checksThePasswordOfAdminHere() throws Exception {
    assertThat(as("admin", "admin-password", "/api/v2.0/configurations")).isEqualTo(401);
    assertThat(send("GET", "/api/v2.0/configurations", "").statusCode()).isEqualTo(200);
  }

  @Test
  void keepsTheWayToLogInOnceThereAreUsers() throws Exception {
    assertThat(token("alice", "alice-password")).isEqualTo(200);

    HttpResponse<byte[]> answer =
        send("PUT", "/api/v2.0/configurations", "{\"auth_mode\":\"db_auth\"}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new String(answer.body(), UTF_8)).contains("auth mode cannot be modified");
  }

  @Test
  void acceptsOnlyGroupsThatTheDirectoryHas() throws Exception {
    String body = "{\"group_name\":\"%s\",\"group_type\":1,\"ldap_group_dn\":\"cn=%s,dc=example\"}";

    assertThat(send("POST", "/api/v2.0/usergroups", body.formatted("x", "missing")).statusCode())
        .isEqualTo(400);
    assertThat(send("POST", "/api/v2.0/usergroups", body.formatted("m", "masters")).statusCode())
        .isIn(201, 409);
  }

  @Test
  void makesMembersOfPeopleAndGroupsThatWereNeverHere() throws Exception {
    assertThat(send("POST", "/api/v2.0/projects", "{\"project_name\":\"crew\"}").statusCode())
        .isEqualTo(201);
    String members = "/api/v2.0/projects/crew/members";
    String person = "{\"role_id\":2,\"member_user\":{\"username\":\"%s\"}}";
    String group =
        "{\"role_id\":3,\"member_group\":{\"group_type\":1,\"ldap_group_dn\":\"cn=%s,dc=example\"}}";

    assertThat(send("POST", members, person.formatted("erin")).statusCode()).isEqualTo(201);
    assertThat(send("POST", members, person.formatted("erin")).statusCode()).isEqualTo(409);
    assertThat(send("POST", members, person.formatted("missing")).statusCode()).isEqualTo(404);
    assertThat(send("POST", members, person.formatted("er*")).statusCode()).isEqualTo(404);
    assertThat(send("POST", members, group.formatted("crew")).statusCode()).isEqualTo(201);
    assertThat(send("POST", members, group.formatted("missing")).statusCode()).isEqualTo(404);

    List<String> names =
        json("GET", members, "").elements().stream()
            .map(each -> each.get("entity_name").text().orElseThrow())
            .toList();
    assertThat(names).containsExactlyInAnyOrder("admin", "erin", "crew");
    assertThat(as("erin", "erin-password", "/api/v2.0/projects/crew")).isEqualTo(200);
    // By the group alone.
    assertThat(as("finn", "finn-password", "/api/v2.0/projects/crew")).isEqualTo(200);
    assertThat(as("alice", "alice-password", "/api/v2.0/projects/crew")).isEqualTo(403);
  }

  @Test
  void endsTokensAndSessionsOfWhoeverIsTakenOutOfTheDirectory() throws Exception {
    person("gina");
    person("hugo");
    ApiClient gina =
        ApiClient.bearer(
            registry,
            ApiClient.as(registry, "gina", "gina-password").token("repository:crew/x:pull"));
    ApiClient hugo = session("hugo");

    server.delete("uid=gina,dc=example");
    server.delete("uid=hugo,dc=example");

    // Neither was used yet, so that this is when the directory is asked.
    assertThat(gina.get("/v2/").status()).isEqualTo(401);
    assertThat(hugo.get("/api/v2.0/users/current").status()).isEqualTo(401);
  }

  @Test
  void takesRightsAwayFromTokensOfWhoeverIsTakenOutOfAGroup() throws Exception {
    person("ines");
    modify("masters", "add", "ines");
    ApiClient token =
        ApiClient.bearer(
            registry, ApiClient.as(registry, "ines", "ines-password").token("registry:catalog:*"));

    modify("masters", "delete", "ines");

    await().atMost(ROWS).until(() -> token.get("/v2/_catalog").status() == 401);
    assertThat(token.get("/v2/").status()).isEqualTo(200);
  }

  private static ApiClient session(String name) {
    ApiClient visitor = ApiClient.anonymous(registry);
    ApiAnswer hello = visitor.get("/api/v2.0/systeminfo");
    String cookie =
        visitor
            .with("X-Harbor-CSRF-Token", hello.header("X-Harbor-CSRF-Token"))
            .with("Cookie", "_breakwater_csrf=" + hello.cookie("_breakwater_csrf"))
            .form("/c/login", "principal=" + name + "&password=" + name + "-password")
            .require(200)
            .cookie("sid");
    return visitor.with("Cookie", "sid=" + cookie);
  }

  private static void modify(String group, String change, String member) throws LDAPSDKException {
    server.modify(
        "dn: cn=" + group + ",dc=example",
        "changetype: modify",
        change + ": member",
        "member: uid=" + member + ",dc=example");
  }

  private static JsonValue ping(String body) throws Exception {
    return json("POST", LDAP + "/ping", body);
  }

  private static JsonValue json(String method, String path, String body) throws Exception {
    HttpResponse<byte[]> answer = send(method, path, body);
    assertThat(answer.statusCode()).isEqualTo(200);
    return Json.parse(answer.body());
  }

  private static HttpResponse<byte[]> send(String method, String path, String body)
      throws Exception {
    return registry.send(method, path, body.isEmpty() ? NONE : body.getBytes(UTF_8));
  }

  private static int token(String username, String password) throws Exception {
    return as(username, password, "/service/token?service=breakwater-registry");
  }

  private static int as(String username, String password, String path) throws Exception {
    String pair = username + ":" + password;
    return client
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + registry.port() + path))
                .header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private static void person(String name) throws LDAPSDKException {
    server.add(
        "dn: uid=" + name + ",dc=example",
        "objectClass: inetOrgPerson",
        "cn: " + name,
        "sn: " + name,
        "uid: " + name,
        "mail: " + name + "@example.com",
        "userPassword: " + name + "-password");
  }

  private static void group(String name, String member) throws LDAPSDKException {
    server.add(
        "dn: cn=" + name + ",dc=example",
        "objectClass: groupOfNames",
        "cn: " + name,
        "member: uid=" + member + ",dc=example");
  }
}
