package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.e2e.FourClients.Somebody;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People of a real directory, over StartTLS with a verified certificate. */
final class LdapIT {
  @TempDir private static Path directory;
  private static OpenLdap ldap;
  private static BreakwaterProcess breakwater;

  @BeforeAll
  static void start() throws IOException {
    ldap = OpenLdap.start(Files.createDirectory(directory.resolve("ldap")));
    ldap.addOrganisation();
    ldap.addPerson("alice", "alice-password");
    ldap.addPerson("bob", "bob-password");
    ldap.addPerson("root", "root-password");
    ldap.addPerson("carl", "carl-password");
    ldap.addPerson("dan", "dan-password");
    ldap.addGroup("devs", "alice", "root");
    ldap.addGroup("masters", "root");
    breakwater =
        BreakwaterProcess.in(Files.createDirectory(directory.resolve("breakwater")))
            .with("security.allow-internal-targets", true)
            .with("ldap.ca-certificate", ldap.authority())
            .start();
    configure(
        """
        {"auth_mode": "ldap_auth", "ldap_url": "%s", "ldap_search_dn": "%s",
         "ldap_search_password": "%s", "ldap_base_dn": "%s", "ldap_uid": "uid",
         "ldap_group_base_dn": "%s", "ldap_group_admin_dn": "cn=masters,%s"}
        """
            .formatted(
                ldap.url(),
                ldap.searchDn(),
                ldap.searchPassword(),
                OpenLdap.BASE,
                OpenLdap.BASE,
                OpenLdap.BASE));
  }

  @AfterAll
  static void stop() {
    if (breakwater != null) {
      breakwater.close();
    }
    if (ldap != null) {
      ldap.close();
    }
  }

  @Test
  void reachesTheDirectoryOverVerifiedTls() {
    String answer = text(admin().send("POST", "/api/v2.0/ldap/ping", ""));

    assertThat(answer).contains("\"success\":true");
  }

  @Test
  void letsSkopeoLogInWithThePasswordOfTheDirectory() {
    skopeoLogin("alice", "alice-password").succeed();
    assertThat(skopeoLogin("alice", "bob-password").fail()).contains("invalid username/password");
    assertThat(skopeoLogin("nobody", "alice-password").fail())
        .contains("invalid username/password");
  }

  @Test
  void letsEveryClientDoWhatAPersonOfTheDirectoryMay() throws IOException {
    Path home = Files.createDirectory(directory.resolve("clients"));
    try (FourClients clients = FourClients.at(breakwater, home)) {
      addMember("team", "carl", 2);
      addMember("team", "dan", 3);

      clients.expect(new Somebody("developer", "carl", "carl-password", true));
      clients.expect(new Somebody("guest", "dan", "dan-password", false));
    }
  }

  @Test
  void givesRolesThroughGroupsAndTakesThemAwayWithTheGroup() throws IOException {
    assertThat(breakwater.admin().createProject("crew", false)).isEqualTo(201);
    HttpResponse<byte[]> added =
        admin()
            .send(
                "POST",
                "/api/v2.0/projects/crew/members",
                """
                {"role_id": 2,
                 "member_group": {"group_type": 1, "group_name": "devs",
                                  "ldap_group_dn": "cn=devs,%s"}}
                """
                    .formatted(OpenLdap.BASE));
    assertThat(added.statusCode()).as(text(added)).isEqualTo(201);

    RegistryClient alice = client("alice", "alice-password");
    assertThat(alice.pushBlob("crew/app", "content".getBytes(UTF_8))).isEqualTo(201);
    assertThat(client("bob", "bob-password").pushBlob("crew/app", new byte[] {1}))
        .isNotEqualTo(201);

    ldap.removeFromGroup("devs", "alice");

    // What was accepted is remembered for a minute, which a unit test waits for by a clock of its
    // own; whoever starts again remembers nothing and asks the directory, which says no.
    assertThat(breakwater.terminate()).isZero();
    breakwater.start();
    assertThat(alice.pushBlob("crew/app", "more".getBytes(UTF_8))).isNotEqualTo(201);
  }

  @Test
  void letsTheGroupOfAdministratorsAdminister() {
    assertThat(client("root", "root-password").get("/api/v2.0/configurations").statusCode())
        .isEqualTo(200);
    assertThat(client("bob", "bob-password").get("/api/v2.0/configurations").statusCode())
        .isEqualTo(403);
  }

  /** Neither has logged in before: the directory is asked for them. */
  private static void addMember(String project, String username, int role) {
    HttpResponse<byte[]> added =
        admin()
            .send(
                "POST",
                "/api/v2.0/projects/" + project + "/members",
                "{\"role_id\": %d, \"member_user\": {\"username\": \"%s\"}}"
                    .formatted(role, username));
    assertThat(added.statusCode()).as(text(added)).isEqualTo(201);
  }

  private static Command skopeoLogin(String user, String password) {
    return Command.client("skopeo", "login", "--tls-verify=false")
        .append("--authfile", directory.resolve("auth.json"))
        .append("--username", user, "--password", password, breakwater.registry());
  }

  private static void configure(String settings) {
    HttpResponse<byte[]> answer = admin().send("PUT", "/api/v2.0/configurations", settings);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
  }

  private static ApiClient admin() {
    return new ApiClient(breakwater.url("/"), "admin", breakwater.adminPassword());
  }

  private static RegistryClient client(String user, String password) {
    return new RegistryClient(breakwater.url("/"), user, password);
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), UTF_8);
  }
}
