package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.e2e.FourClients.Somebody;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People of a real OpenID provider: a browser, the command line, and tokens of the provider. */
final class OidcIT {
  private static final String ISSUER = "people";
  private static final Pattern SECRET = Pattern.compile("\"secret\":\"([^\"]+)\"");

  @TempDir private static Path directory;
  private static MockOAuth2Server provider;
  private static BreakwaterProcess breakwater;

  @BeforeAll
  static void start() throws IOException {
    provider = new MockOAuth2Server();
    provider.start();
    breakwater =
        BreakwaterProcess.in(directory).with("security.allow-internal-targets", true).start();
    HttpResponse<byte[]> answer =
        admin()
            .send(
                "PUT",
                "/api/v2.0/configurations",
                """
                {"auth_mode": "oidc_auth", "oidc_name": "people", "oidc_endpoint": "%s",
                 "oidc_client_id": "breakwater", "oidc_client_secret": "client-secret",
                 "oidc_scope": "openid,offline_access", "oidc_user_claim": "login",
                 "oidc_groups_claim": "groups", "oidc_auto_onboard": true}
                """
                    .formatted(provider.issuerUrl(ISSUER)));
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    if (breakwater != null) {
      breakwater.close();
    }
    if (provider != null) {
      provider.shutdown();
    }
  }

  @Test
  void pingsTheProvider() {
    String body = "{\"url\":\"%s\",\"verify_cert\":true}";

    assertThat(ping(body.formatted(provider.issuerUrl(ISSUER)))).isEqualTo(200);
    assertThat(ping(body.formatted(provider.issuerUrl(ISSUER) + "/"))).isEqualTo(400);
    assertThat(ping(body.formatted("http://127.0.0.1:1"))).isEqualTo(400);
  }

  @Test
  void logsInByBrowserThenByCommandLineAndByTokensOfTheProvider() throws Exception {
    String secret = onboard("dora");

    login("dora", secret).succeed();
    assertThat(login("dora", secret + "x").fail()).contains("invalid username/password");
    assertThat(text(admin().send("GET", "/api/v2.0/usergroups", ""))).contains("\"devs\"");

    HttpClient program = HttpClient.newHttpClient();
    String token =
        provider.issueToken(ISSUER, "subject-of-dora", "breakwater", Map.of(), 60).serialize();
    assertThat(get(program, "/api/v2.0/users/current", "Bearer " + token).body())
        .contains("\"username\":\"dora\"");
    String foreign =
        provider.issueToken(ISSUER, "subject-of-dora", "another", Map.of(), 60).serialize();
    assertThat(get(program, "/api/v2.0/users/current", "Bearer " + foreign).statusCode())
        .isEqualTo(401);
  }

  @Test
  void letsEveryClientDoWhatAPersonOfTheProviderMay() throws Exception {
    Path home = Files.createDirectory(directory.resolve("clients"));
    try (FourClients clients = FourClients.at(breakwater, home)) {
      String ofDeveloper = onboard("carl");
      String ofGuest = onboard("dan");
      addMember("carl", 2);
      addMember("dan", 3);

      clients.expect(new Somebody("developer", "carl", ofDeveloper, true));
      clients.expect(new Somebody("guest", "dan", ofGuest, false));
    }
  }

  @Test
  void sendsTheBrowserToNoOtherHost() throws Exception {
    HttpClient browser = HttpClient.newHttpClient();

    assertThat(get(browser, "/c/oidc/login?redirect_url=//evil.example", "").statusCode())
        .isEqualTo(400);
    assertThat(get(browser, "/c/oidc/callback?state=a&code=b", "").statusCode()).isEqualTo(400);
  }

  /** Logs in by browser, which makes the user; the secret for the command line. */
  private static String onboard(String username) throws Exception {
    provider.enqueueCallback(
        new DefaultOAuth2TokenCallback(
            ISSUER,
            "subject-of-" + username,
            "JWT",
            List.of("breakwater"),
            Map.of("login", username, "groups", List.of("devs")),
            3600));
    HttpClient browser =
        HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .followRedirects(Redirect.NORMAL)
            .build();
    HttpResponse<String> end =
        get(browser, "/c/oidc/login?redirect_url=/api/v2.0/users/current", "");
    assertThat(end.statusCode()).as(end.body()).isEqualTo(200);
    assertThat(end.body()).contains("\"username\":\"" + username + "\"");
    Matcher secret = SECRET.matcher(end.body());
    assertThat(secret.find()).as(end.body()).isTrue();
    return secret.group(1);
  }

  private static void addMember(String username, int role) {
    HttpResponse<byte[]> added =
        admin()
            .send(
                "POST",
                "/api/v2.0/projects/team/members",
                "{\"role_id\": %d, \"member_user\": {\"username\": \"%s\"}}"
                    .formatted(role, username));
    assertThat(added.statusCode()).as(text(added)).isEqualTo(201);
  }

  private static int ping(String body) {
    return admin().send("POST", "/api/v2.0/system/oidc/ping", body).statusCode();
  }

  private static Command login(String user, String password) throws IOException {
    Path input = Files.writeString(directory.resolve("secret"), password);
    return Command.client("skopeo", "login", "--tls-verify=false", "--password-stdin")
        .append("--authfile", directory.resolve("auth.json"))
        .append("--username", user, breakwater.registry())
        .input(input);
  }

  private static HttpResponse<String> get(HttpClient client, String path, String authorization)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(breakwater.url("/") + path.substring(1)));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static ApiClient admin() {
    return new ApiClient(breakwater.url("/"), "admin", breakwater.adminPassword());
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), UTF_8);
  }
}
