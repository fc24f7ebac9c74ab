package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import dev.breakwater.core.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that speaks TLS from the first byte. */
final class LdapTlsTest {
  @TempDir static Path data;
  private static InMemoryDirectoryServer directory;
  private static InMemoryDirectoryServer misnamed;
  private static InMemoryDirectoryServer stranger;
  private static RunningRegistry registry;
  private static ApiClient admin;

  @BeforeAll
  static void start() throws Exception {
    TestCertificate known = TestCertificate.create("known");
    TestCertificate elsewhere = TestCertificate.create("elsewhere", "ldap.example");
    Path authorities =
        Files.writeString(data.resolve("directory.pem"), known.pem() + elsewhere.pem());
    directory = directory(known);
    misnamed = directory(elsewhere);
    stranger = directory(TestCertificate.create("stranger"));
    registry =
        RunningRegistry.start(
            data.resolve("registry"),
            Map.of(
                "BREAKWATER_SECURITY_ALLOW_INTERNAL_TARGETS",
                "true",
                "BREAKWATER_LDAP_CA_CERTIFICATE",
                authorities.toString()));
    admin = ApiClient.admin(registry);
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
    directory.shutDown(true);
    misnamed.shutDown(true);
    stranger.shutDown(true);
  }

  @Test
  void trustsTheDirectoryThatTheAuthorityVouchesFor() {
    assertThat(ping(directory, true).get("success").bool()).contains(true);
  }

  @Test
  void refusesACertificateForAnotherName() {
    refuses(ping(misnamed, true));
  }

  @Test
  void refusesACertificateOfAnUnknownAuthority() {
    refuses(ping(stranger, true));
  }

  @Test
  void trustsAnybodyWhenTheSettingsSaySo() {
    assertThat(ping(stranger, false).get("success").bool()).contains(true);
    assertThat(ping(misnamed, false).get("success").bool()).contains(true);
  }

  @Test
  void logsPeopleIn() {
    admin
        .put(
            "/api/v2.0/configurations",
            """
            {"auth_mode": "ldap_auth", "ldap_url": "ldaps://localhost:%d",
             "ldap_search_dn": "cn=search,dc=example", "ldap_base_dn": "dc=example",
             "ldap_search_password": "search-password", "ldap_uid": "uid"}
            """
                .formatted(directory.getListenPort()))
        .require(200);

    assertThat(ApiClient.as(registry, "alice", "alice-password").get("/v2/").status())
        .isEqualTo(200);
    assertThat(ApiClient.as(registry, "alice", "wrong").get("/v2/").status()).isEqualTo(401);
  }

  private static void refuses(JsonValue answer) {
    assertThat(answer.get("success").bool()).contains(false);
    assertThat(answer.get("message").text().orElseThrow()).contains("certificate");
  }

  private static JsonValue ping(InMemoryDirectoryServer server, boolean verify) {
    return admin
        .post(
            "/api/v2.0/ldap/ping",
            """
            {"ldap_url": "ldaps://localhost:%d", "ldap_search_dn": "cn=search,dc=example",
             "ldap_search_password": "search-password", "ldap_base_dn": "dc=example",
             "ldap_uid": "uid", "ldap_verify_cert": %s}
            """
                .formatted(server.getListenPort(), verify))
        .require(200)
        .json();
  }

  private static InMemoryDirectoryServer directory(TestCertificate certificate) throws Exception {
    InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=example");
    config.addAdditionalBindCredentials("cn=search,dc=example", "search-password");
    config.setListenerConfigs(
        InMemoryListenerConfig.createLDAPSConfig(
            "tls", 0, certificate.server().getServerSocketFactory()));
    config.setSchema(null);
    InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
    server.add("dn: dc=example", "objectClass: domain", "dc: example");
    server.add(
        "dn: uid=alice,dc=example",
        "objectClass: inetOrgPerson",
        "cn: alice",
        "sn: alice",
        "uid: alice",
        "userPassword: alice-password");
    server.startListening();
    return server;
  }
}
