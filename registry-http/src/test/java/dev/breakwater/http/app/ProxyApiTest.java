package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.json.Json;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An authentication proxy behind TLS, and the browser that it sends here. */
final class ProxyApiTest {
  private static final String SETTINGS = "/api/v2.0/configurations";
  private static final String REDIRECT = "/c/authproxy/redirect";

  @TempDir static Path data;
  private static TestCertificate certificate;
  private static AuthenticationProxy proxy;
  private static RunningRegistry registry;
  private static ApiClient admin;

  @BeforeAll
  static void start() throws Exception {
    certificate = TestCertificate.create("proxy");
    proxy = AuthenticationProxy.startWithTls(certificate);
    registry =
        RunningRegistry.start(data, Map.of("BREAKWATER_SECURITY_ALLOW_INTERNAL_TARGETS", "true"));
    admin = ApiClient.admin(registry);
    admin
        .put(
            SETTINGS,
            """
            {"auth_mode": "http_auth", "http_authproxy_endpoint": "%s",
             "http_authproxy_tokenreview_endpoint": "%s"}
            """
                .formatted(proxy.loginEndpoint(), proxy.reviewEndpoint()))
        .require(200);
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
    proxy.close();
  }

  @BeforeEach
  void trust() throws Exception {
    trust(certificate.pem(), true);
  }

  @Test
  void asksAProxyWhoseCertificateTheSettingsName() {
    assertThat(login("carol-password")).isEqualTo(200);
    assertThat(login("wrong")).isEqualTo(401);
  }

  @Test
  void tellsNoPasswordToAProxyWithAnotherCertificate() throws Exception {
    trust(TestCertificate.create("another").pem(), true);
    assertThat(login("carol-password-1")).isEqualTo(503);

    trust("", true);
    assertThat(login("carol-password-2")).isEqualTo(503);
  }

  @Test
  void asksAnyProxyWhenTheSettingsSaySo() throws Exception {
    trust(TestCertificate.create("another").pem(), false);

    assertThat(login("carol-password")).isEqualTo(200);
  }

  @Test
  void logsABrowserInWithTheTokenThatTheProxySentItWith() {
    ApiAnswer answer = visitor().get(REDIRECT + "?token=token-of-dora").require(302);

    assertThat(answer.header("Location")).isEqualTo("/");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    ApiClient browser = visitor().with("Cookie", "sid=" + answer.cookie("sid"));
    assertThat(browser.get("/api/v2.0/users/current").require(200).body())
        .contains("\"username\":\"dora\"");
  }

  @Test
  void startsNoSessionForATokenThatTheProxyDoesNotKnow() {
    for (String token : new String[] {"unknown", "token-of-", "%00"}) {
      ApiAnswer answer = visitor().get(REDIRECT + "?token=" + token);

      assertThat(answer.status()).as(token).isIn(400, 401);
      assertThat(answer.cookie("sid")).isEmpty();
    }
    assertThat(visitor().get(REDIRECT).status()).isEqualTo(400);
  }

  private static void trust(String pem, boolean verify) {
    admin
        .put(
            SETTINGS,
            Json.writeText(
                Map.of(
                    "http_authproxy_server_certificate",
                    pem,
                    "http_authproxy_verify_cert",
                    verify)))
        .require(200);
  }

  private static int login(String password) {
    return ApiClient.as(registry, "carol", password).get("/v2/").status();
  }

  private static ApiClient visitor() {
    return ApiClient.anonymous(registry);
  }
}
