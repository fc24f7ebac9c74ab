package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigurationApiTest {
  private static final String CONFIGURATIONS = "/api/v2.0/configurations";

  @TempDir static Path data;
  private static RunningRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    registry =
        RunningRegistry.start(
            data,
            Map.of(
                "CONFIG_OVERWRITE_JSON", "{\"banner_message\":\"hello\",\"session_timeout\":90}",
                "BREAKWATER_CONFIG_SESSION_TIMEOUT", "120",
                "BREAKWATER_CONFIG_OIDC_CLIENT_SECRET", "fixed-secret"));
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  @Test
  void showsEverySettingWithItsTypeAndWithoutSecrets() throws Exception {
    put("{\"ldap_search_password\":\"very-secret-password\"}");
    HttpResponse<byte[]> answer = registry.send("GET", CONFIGURATIONS, new byte[0]);
    JsonValue json = Json.parse(answer.body());

    assertThat(json.get("auth_mode").get("value").text()).contains("db_auth");
    assertThat(json.get("ldap_scope").get("value").wholeNumber()).hasValue(2);
    assertThat(json.get("ldap_verify_cert").get("value").bool()).contains(true);
    assertThat(json.get("ldap_url").get("editable").bool()).contains(true);
    assertThat(new String(answer.body(), UTF_8))
        .doesNotContain("ldap_search_password")
        .doesNotContain("oidc_client_secret")
        .doesNotContain("very-secret-password")
        .doesNotContain("fixed-secret");
  }

  @Test
  void changesSettingsAndTellsTheNewValueAtOnce() throws Exception {
    assertThat(put("{\"ldap_uid\":\"uid\",\"ldap_timeout\":7,\"oidc_logout\":true}"))
        .isEqualTo(200);

    JsonValue json = get();
    assertThat(json.get("ldap_uid").get("value").text()).contains("uid");
    assertThat(json.get("ldap_timeout").get("value").wholeNumber()).hasValue(7);
    assertThat(json.get("oidc_logout").get("value").bool()).contains(true);
  }

  @Test
  void keepsWhatTheOperatorFixed() throws Exception {
    JsonValue json = get();
    assertThat(json.get("banner_message").get("value").text()).contains("hello");
    assertThat(json.get("session_timeout").get("value").wholeNumber()).hasValue(120);
    assertThat(json.get("session_timeout").get("editable").bool()).contains(false);

    assertThat(put("{\"session_timeout\":60}")).isEqualTo(403);
    assertThat(put("{\"session_timeout\":120}")).isEqualTo(200);
    assertThat(put("{\"oidc_client_secret\":\"other\"}")).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"auth_mode\":\"uaa_auth\"}|uaa_auth",
        "{\"auth_mode\":\"none\"}|auth_mode",
        "{\"ldap_scope\":3}|ldap_scope",
        "{\"ldap_scope\":\"2\"}|ldap_scope",
        "{\"read_only\":\"true\"}|read_only",
        "{\"oidc_endpoint\":\"file:///etc/passwd\"}|oidc_endpoint",
        "{\"oidc_endpoint\":\"https://user:secret@host\"}|oidc_endpoint",
        "{\"ldap_url\":\"http://host\"}|ldap_url",
        "{\"ldap_uid\":\"uid)(x=*\"}|ldap_uid",
        "{\"oidc_extra_redirect_parms\":\"[]\"}|oidc_extra_redirect_parms",
        "{\"oidc_extra_redirect_parms\":\"{\\\"a\\\":1}\"}|oidc_extra_redirect_parms",
        "{\"storage_per_project\":0}|storage_per_project",
        "{\"robot_token_duration\":0}|robot_token_duration",
        "{\"oidc_group_filter\":\"(\"}|oidc_group_filter",
        "{\"robot_name_prefix\":\"\"}|robot_name_prefix",
        "{\"audit_log_forward_endpoint\":\"127.0.0.1:514\"}|security.allow-internal-targets",
        "{\"audit_log_forward_endpoint\":\"tls://[::1]:6514\"}|security.allow-internal-targets",
        "{\"audit_log_forward_endpoint\":\"tcp://localhost:514\"}|security.allow-internal-targets"
      })
  void refusesAValueThatIsWrongAndNamesTheSetting(String body, String key) throws Exception {
    HttpResponse<byte[]> answer = registry.send("PUT", CONFIGURATIONS, body.getBytes(UTF_8));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new String(answer.body(), UTF_8)).contains(key);
  }

  @Test
  void doesNotLookAtWhatIsNoSetting() throws Exception {
    assertThat(put("{\"scan_all_policy\":{\"parameter\":{}}}")).isEqualTo(200);
    assertThat(put("{\"email_ssl\":false,\"ldap_filter\":\"(uid=*)\"}")).isEqualTo(200);

    assertThat(get().get("ldap_filter").get("value").text()).contains("(uid=*)");
  }

  @Test
  void showsThatTheWayToLogInStaysAsItIsOnceThereAreUsers() throws Exception {
    ApiClient admin = ApiClient.admin(registry).ofApi();
    assertThat(get().get("auth_mode").get("editable").bool()).contains(true);

    long user = admin.createUser("somebody");

    for (String path : List.of("/configurations", "/internalconfig")) {
      assertThat(admin.get(path).json().get("auth_mode").get("editable").bool()).contains(false);
    }
    assertThat(put("{\"auth_mode\":\"ldap_auth\"}")).isEqualTo(400);
    admin.delete("/users/" + user).require(200);
    assertThat(get().get("auth_mode").get("editable").bool()).contains(true);
  }

  @Test
  void changesNothingWhenOneOfTheValuesIsWrong() throws Exception {
    assertThat(put("{\"ldap_base_dn\":\"dc=example\",\"ldap_scope\":9}")).isEqualTo(400);

    assertThat(get().get("ldap_base_dn").get("value").text()).contains("");
  }

  @ParameterizedTest
  @CsvSource({"GET,configurations", "PUT,configurations", "GET,internalconfig"})
  void showsNothingToStrangers(String method, String path) throws Exception {
    RunningRegistry.RawAnswer answer =
        registry.raw(
            method
                + " /api/v2.0/"
                + path
                + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");

    assertThat(answer.status()).isEqualTo(401);
  }

  private static JsonValue get() throws Exception {
    return Json.parse(registry.send("GET", CONFIGURATIONS, new byte[0]).body());
  }

  private static int put(String body) throws Exception {
    return registry.send("PUT", CONFIGURATIONS, body.getBytes(UTF_8)).statusCode();
  }
}
