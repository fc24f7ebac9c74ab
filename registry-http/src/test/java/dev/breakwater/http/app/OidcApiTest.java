package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser sees of a log-in at an OpenID provider. */
final class OidcApiTest {
  private static final String ISSUER_ID = "people";
  private static final String CURRENT = "/api/v2.0/users/current";

  @TempDir static Path data;
  private static final MockOAuth2Server PROVIDER = new MockOAuth2Server();
  private static RunningRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    PROVIDER.start();
    registry =
        RunningRegistry.start(data, Map.of("BREAKWATER_SECURITY_ALLOW_INTERNAL_TARGETS", "true"));
    assertThat(registry.send("GET", "/c/oidc/login", new byte[0]).statusCode()).isEqualTo(412);
    configure(
        """
        {"auth_mode": "oidc_auth", "oidc_endpoint": "%s", "oidc_client_id": "breakwater",
         "oidc_client_secret": "client-secret", "oidc_scope": "openid,offline_access",
         "oidc_user_claim": "login", "oidc_logout": true}
        """
            .formatted(PROVIDER.issuerUrl(ISSUER_ID)));
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
    PROVIDER.shutdown();
  }

  @Test
  void letsABrowserLogInChooseANameAndLogOut() throws Exception {
    HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

    HttpResponse<String> begun = get(browser, "/c/oidc/login?redirect_url=/projects");
    String back = visitProvider(browser, begun);
    describe("One Person");
    HttpResponse<String> callback = get(browser, back);

    assertThat(begun.headers().allValues("Set-Cookie"))
        .anyMatch(cookie -> cookie.contains("HTTPOnly") && cookie.contains("SameSite=Lax"));
    assertThat(location(callback)).isEqualTo("/oidc-onboard?username=One_Person");
    assertThat(get(browser, CURRENT).statusCode()).isEqualTo(401);

    assertThat(onboard(browser, "{\"username\":\"one\"}", false)).isEqualTo(403);
    assertThat(onboard(browser, "{\"username\":\"admin\"}", true)).isEqualTo(409);
    assertThat(onboard(browser, "{\"username\":\"one\"}", true)).isEqualTo(200);
    JsonValue current = Json.parse(get(browser, CURRENT).body().getBytes(UTF_8));
    assertThat(current.get("username").text()).contains("one");
    assertThat(current.get("oidc_user_meta").get("secret").text()).isPresent();

    HttpResponse<String> sentOn = get(browser, "/c/log_out");
    assertThat(sentOn.statusCode()).isEqualTo(403);
    assertThat(sentOn.body()).contains("/c/oidc/logout");
    assertThat(get(browser, CURRENT).statusCode()).as("still logged in").isEqualTo(200);
    String logout = location(get(browser, "/c/oidc/logout"));
    assertThat(logout).startsWith(PROVIDER.endSessionEndpointUrl(ISSUER_ID).toString());
    assertThat(get(browser, CURRENT).statusCode()).isEqualTo(401);

    HttpResponse<String> again = get(browser, "/c/oidc/login?redirect_url=/projects");
    String backAgain = visitProvider(browser, again);
    describe("another name");
    assertThat(location(get(browser, backAgain))).isEqualTo("/projects");
    assertThat(get(browser, CURRENT).statusCode()).isEqualTo(200);
  }

  @Test
  void needsTheCookieOfTheBrowserThatBegan() throws Exception {
    HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    HttpClient other = HttpClient.newHttpClient();
    String callback = visitProvider(browser, get(browser, "/c/oidc/login"));

    assertThat(get(other, callback).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "/a\r\nX: y"
      })
  void sendsTheBrowserToNoOtherHost(String target) throws Exception {
    HttpResponse<String> answer =
        get(
            HttpClient.newHttpClient(),
            "/c/oidc/login?redirect_url=" + URLEncoder.encode(target, UTF_8));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Location")).isEmpty();
  }

  @Test
  void pingsAProviderForAdministrators() throws Exception {
    String body = "{\"url\":\"%s\",\"verify_cert\":true}";

    assertThat(ping(body.formatted(PROVIDER.issuerUrl(ISSUER_ID)))).isEqualTo(200);
    assertThat(ping(body.formatted(PROVIDER.issuerUrl(ISSUER_ID) + "/"))).isEqualTo(400);
    assertThat(ping(body.formatted("http://127.0.0.1:1"))).isEqualTo(400);
    assertThat(ping(body.formatted("file:///etc/passwd"))).isEqualTo(400);
    assertThat(ping("{}")).isEqualTo(400);
  }

  /** Follows the browser to the provider; the path that it comes back to. */
  private static String visitProvider(HttpClient browser, HttpResponse<String> begun)
      throws Exception {
    String back =
        location(
            browser.send(
                HttpRequest.newBuilder(URI.create(location(begun))).build(),
                BodyHandlers.ofString()));
    URI uri = URI.create(back);
    return uri.getRawPath() + "?" + uri.getRawQuery();
  }

  /** What the provider says when the next code is redeemed. */
  private static void describe(String login) {
    PROVIDER.enqueueCallback(
        new DefaultOAuth2TokenCallback(
            ISSUER_ID, "subject-1", "JWT", List.of("breakwater"), Map.of("login", login), 3600));
  }

  private static int onboard(HttpClient browser, String body, boolean withToken) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri("/c/oidc/onboard"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (withToken) {
      String token =
          get(browser, "/c/log_out").headers().firstValue("X-Harbor-CSRF-Token").orElseThrow();
      request.header("X-Harbor-CSRF-Token", token);
    }
    return browser.send(request.build(), BodyHandlers.ofString()).statusCode();
  }

  private static String location(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
    return answer.headers().firstValue("Location").orElseThrow();
  }

  private static HttpResponse<String> get(HttpClient client, String path) throws Exception {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private static URI uri(String path) {
    return URI.create("http://127.0.0.1:" + registry.port() + path);
  }

  private static int ping(String body) throws Exception {
    return registry.send("POST", "/api/v2.0/system/oidc/ping", body.getBytes(UTF_8)).statusCode();
  }

  private static void configure(String body) throws Exception {
    assertThat(registry.send("PUT", "/api/v2.0/configurations", body.getBytes(UTF_8)).statusCode())
        .isEqualTo(200);
  }
}
