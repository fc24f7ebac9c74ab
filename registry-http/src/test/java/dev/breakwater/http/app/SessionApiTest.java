package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SessionApiTest {
  private static final String TOKEN = "X-Harbor-CSRF-Token";
  private static final String CURRENT = "/api/v2.0/users/current";

  @RegisterExtension private static final OneRegistry registry = new OneRegistry();

  private final String name = "s" + UUID.randomUUID().toString().substring(0, 8);

  @Test
  void logsABrowserInAndOut() {
    ApiAnswer login = login("admin", RunningRegistry.PASSWORD).require(200);

    assertThat(login.response().headers().allValues("Set-Cookie"))
        .anySatisfy(cookie ->
            assertThat(cookie)
                .startsWith("sid=")
                .contains("HttpOnly")
                .contains("SameSite=Strict")
                .doesNotContain("Secure"));
    ApiClient browser = visitor().with("Cookie", "sid=" + login.cookie("sid"));
    ApiAnswer current = browser.get(CURRENT).require(200);
    assertThat(current.body()).contains("\"username\":\"admin\"");
    assertThat(current.header(TOKEN)).isNotEmpty().isEqualTo(login.header(TOKEN));

    assertThat(browser.get("/c/log_out").status()).isEqualTo(200);

    assertThat(browser.get(CURRENT).status()).isEqualTo(401);
  }

  @Test
  void refusesAWrongPasswordWithoutAChallenge() {
    ApiAnswer wrong = login("admin", "wrong");

    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.header("WWW-Authenticate")).isEmpty();
    assertThat(wrong.cookie("sid")).isEmpty();
    assertThat(login("nobody", "wrong").body()).isEqualTo(wrong.body());
  }

  @Test
  void refusesWhatABrowserSendsWithoutItsToken() {
    ApiAnswer login = login("admin", RunningRegistry.PASSWORD).require(200);
    ApiAnswer other = login("admin", RunningRegistry.PASSWORD).require(200);
    ApiClient browser = visitor().with("Cookie", "sid=" + login.cookie("sid"));
    String project = "{\"project_name\":\"" + name + "\"}";

    ApiAnswer without = browser.post("/api/v2.0/projects", project);
    ApiAnswer foreign =
        browser.with(TOKEN, other.header(TOKEN)).post("/api/v2.0/projects", project);
    ApiAnswer withPassword =
        registry
            .admin()
            .with("Cookie", "sid=" + login.cookie("sid"))
            .post("/api/v2.0/projects", project);

    assertThat(without.status()).isEqualTo(403);
    assertThat(without.header(TOKEN)).isEqualTo(login.header(TOKEN));
    assertThat(foreign.status()).isEqualTo(403);
    assertThat(withPassword.status()).isEqualTo(403);
    browser.with(TOKEN, login.header(TOKEN)).post("/api/v2.0/projects", project).require(201);
  }

  @Test
  void refusesToLogInWithoutATokenWhateverTheCookie() {
    String form = "principal=admin&password=" + RunningRegistry.PASSWORD;

    ApiAnswer none = visitor().form("/c/login", form);

    assertThat(none.status()).isEqualTo(403);
    assertThat(none.header(TOKEN)).isNotEmpty();
    assertThat(none.cookie("_breakwater_csrf")).isNotEmpty();
    assertThat(visitor().with(TOKEN, none.header(TOKEN)).form("/c/login", form).status())
        .isEqualTo(403);
    visitor()
        .with(TOKEN, none.header(TOKEN))
        .with("Cookie", "_breakwater_csrf=" + none.cookie("_breakwater_csrf"))
        .form("/c/login", form)
        .require(200);
  }

  @Test
  void neverMakesACookieGoodThatTheBrowserBrought() {
    String planted = "A".repeat(43);
    ApiClient browser = visitor().with("Cookie", "sid=" + planted);
    String token = browser.get(CURRENT).header(TOKEN);

    ApiAnswer login =
        browser
            .with(TOKEN, token)
            .form("/c/login", "principal=admin&password=" + RunningRegistry.PASSWORD)
            .require(200);

    assertThat(login.cookie("sid")).isNotEmpty().isNotEqualTo(planted);
    assertThat(browser.get(CURRENT).status()).isEqualTo(401);
  }

  @Test
  void endsTheSessionsOfAUserWhosePasswordChangesOrWhoIsDeleted() {
    long id = user();
    ApiClient first = session();
    registry
        .admin()
        .put("/api/v2.0/users/" + id + "/password", "{\"new_password\":\"Another12345\"}")
        .require(200);
    assertThat(first.get(CURRENT).status()).isEqualTo(401);

    ApiAnswer login = login(name, "Another12345").require(200);
    ApiClient second = visitor().with("Cookie", "sid=" + login.cookie("sid"));
    assertThat(second.get(CURRENT).status()).isEqualTo(200);
    registry.admin().delete("/api/v2.0/users/" + id).require(200);

    assertThat(second.get(CURRENT).status()).isEqualTo(401);
  }

  @Test
  void letsNoRobotHaveASession() {
    ApiAnswer robot =
        registry
            .admin()
            .post(
                "/api/v2.0/robots",
                """
                {"name":"%s","level":"system","duration":1,"permissions":[{"kind":"system",\
                "namespace":"/","access":[{"resource":"project","action":"list"}]}]}\
                """
                    .formatted(name))
            .require(201);

    assertThat(
            login(
                    robot.json().get("name").text().orElseThrow(),
                    robot.json().get("secret").text().orElseThrow())
                .status())
        .isEqualTo(401);
  }

  @Test
  void tellsAdministratorsAloneWhichNamesAreTaken() {
    ApiAnswer login = login("admin", RunningRegistry.PASSWORD).require(200);
    ApiClient browser =
        visitor().with("Cookie", "sid=" + login.cookie("sid")).with(TOKEN, login.header(TOKEN));

    assertThat(browser.form("/c/userExists", "target=username&value=admin").body())
        .isEqualTo("true");
    assertThat(browser.form("/c/userExists", "target=email&value=x@example.org").body())
        .isEqualTo("false");
    assertThat(browser.form("/c/userExists", "target=salt&value=x").status()).isEqualTo(400);
    ApiAnswer hello = visitor().get("/api/v2.0/systeminfo");
    assertThat(
            visitor()
                .with(TOKEN, hello.header(TOKEN))
                .with("Cookie", "_breakwater_csrf=" + hello.cookie("_breakwater_csrf"))
                .form("/c/userExists", "target=username&value=admin")
                .status())
        .isEqualTo(412);
  }

  @Test
  void letsVisitorsRegisterWhereThatIsOnAndByBrowserOnly() {
    String body =
        "{\"username\":\"" + name + "\",\"password\":\"" + ApiClient.USER_PASSWORD + "\"}";

    assertThat(browser().post("/api/v2.0/users", body).status()).isEqualTo(401);
    registry.admin().put("/api/v2.0/configurations", "{\"self_registration\": true}").require(200);
    try {
      assertThat(visitor().post("/api/v2.0/users", body).status()).isEqualTo(403);
      browser().post("/api/v2.0/users", body).require(201);
    } finally {
      registry
          .admin()
          .put("/api/v2.0/configurations", "{\"self_registration\": false}")
          .require(200);
    }

    assertThat(session().get(CURRENT).require(200).body()).contains("\"sysadmin_flag\":false");
  }

  @Test
  void recordsLogInsAndWhatIsDoneToUsersInTheAuditLog() {
    long id = user();
    session().get("/c/log_out").require(200);
    login(name, "wrong");
    registry.admin().delete("/api/v2.0/users/" + id).require(200);

    List<String> lines =
        registry
            .admin()
            .get("/api/v2.0/auditlog-exts?page_size=100")
            .require(200)
            .json()
            .elements()
            .stream()
            .filter(line -> line.get("resource").text().orElse("").equals(name))
            .map(line ->
                line.get("username").text().orElse("")
                    + " "
                    + line.get("operation").text().orElse("")
                    + " "
                    + line.get("operation_result").bool().orElseThrow())
            .toList();

    assertThat(lines)
        .containsExactly(
            "admin delete true",
            name + " login false",
            name + " logout true",
            name + " login true",
            "admin create true");
  }

  private long user() {
    return registry.admin().createUser(name);
  }

  private ApiClient session() {
    return visitor()
        .with("Cookie", "sid=" + login(name, ApiClient.USER_PASSWORD).require(200).cookie("sid"));
  }

  /** As a browser does: the token first. */
  private ApiAnswer login(String username, String password) {
    return browser()
        .form(
            "/c/login",
            "principal=" + URLEncoder.encode(username, UTF_8) + "&password=" + password);
  }

  /** A browser that was here before, and is not logged in. */
  private static ApiClient browser() {
    ApiAnswer hello = visitor().get("/api/v2.0/systeminfo").require(200);
    return visitor()
        .with(TOKEN, hello.header(TOKEN))
        .with("Cookie", "_breakwater_csrf=" + hello.cookie("_breakwater_csrf"));
  }

  private static ApiClient visitor() {
    return registry.anonymous();
  }
}
