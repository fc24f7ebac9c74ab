package dev.breakwater.http.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.auth.login.Door;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.http.server.TestServer;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenHandlerTest {
  private static final String FORM = "application/x-www-form-urlencoded";

  private final TestServer server = new TestServer();

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void givesATokenForANameAndAPassword() {
    HttpResponse<String> answer =
        server.get(
            "/service/token?account=admin&client_id=docker&offline_token=true&service=registry"
                + "&scope=repository%3Ateam%2Fapp%3Apull%2Cpush",
            TestServer.as("admin"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    JsonValue body = json(answer);
    assertThat(body.members())
        .containsOnlyKeys("token", "access_token", "expires_in", "issued_at", "refresh_token");
    assertThat(body.get("access_token").text()).isEqualTo(body.get("token").text());
    assertThat(body.get("expires_in").wholeNumber()).hasValue(1800);
    assertThat(Instant.parse(body.get("issued_at").text().orElseThrow()))
        .isBeforeOrEqualTo(Instant.now());
    Caller caller = holder(body);
    assertThat(caller.principal().name()).isEqualTo("admin");
    assertThat(caller.grants().orElseThrow().repositories())
        .containsEntry(RepositoryName.parse("team/app"), Set.of(Action.PULL, Action.PUSH));
  }

  @Test
  void readsScopesFromSeveralParametersAndFromOneWithSpaces() {
    String several =
        "/service/token?scope=repository:library/a:pull&scope=repository:library/b:pull";
    String spaced = "/service/token?scope=repository:library/a:pull%20repository:library/b:pull";

    for (String path : Set.of(several, spaced)) {
      assertThat(holder(json(server.get(path))).grants().orElseThrow().repositories())
          .containsOnlyKeys(RepositoryName.parse("library/a"), RepositoryName.parse("library/b"));
    }
  }

  @Test
  void givesAnonymousATokenForWhatIsPublic() {
    HttpResponse<String> answer =
        server.get("/service/token?service=registry&scope=repository:library/busybox:pull,push");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(holder(json(answer)).grants().orElseThrow().repositories())
        .containsOnlyKeys(RepositoryName.parse("library/busybox"))
        .containsValue(Set.of(Action.PULL));
  }

  @Test
  void refusesAWrongPassword() {
    HttpResponse<String> answer =
        server.get("/service/token?service=registry", TestServer.basic("admin", "wrong"));

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate"))
        .contains("Basic realm=\"breakwater\"");
    assertThat(code(answer)).isEqualTo("UNAUTHORIZED");
  }

  @Test
  void refusesToSpeakForAnotherService() {
    assertThat(server.get("/service/token?service=elsewhere").statusCode()).isEqualTo(400);
  }

  @Test
  void givesATokenForAFormWithNameAndPassword() {
    HttpResponse<String> answer =
        server.post(
            "/service/token",
            FORM,
            "grant_type=password&service=registry&client_id=containerd&access_type=offline"
                + "&username=admin&password="
                + URLEncoder.encode(TestServer.PASSWORD, UTF_8)
                + "&scope=repository%3Aa%2Fb%3Apull&scope=registry%3Acatalog%3A*");

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonValue body = json(answer);
    assertThat(body.get("refresh_token").text()).isPresent();
    assertThat(body.get("scope").text()).contains("repository:a/b:pull registry:catalog:*");
    assertThat(body.get("expires_in").wholeNumber()).hasValue(1800);
    Caller caller = holder(body);
    assertThat(caller.principal().name()).isEqualTo("admin");
    assertThat(caller.grants().orElseThrow().catalog()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "401 grant_type=password&username=admin&password=hush",
        "401 grant_type=refresh_token&refresh_token=abc",
        "400 grant_type=password&username=admin",
        "400 grant_type=password&password=x",
        "400 grant_type=client_credentials",
        "400 username=admin&password=x",
        "400 grant_type=%zz",
        "400 "
      })
  void refusesAFormThatProvesNothing(String statusAndForm) {
    int status = Integer.parseInt(statusAndForm.substring(0, 3));

    HttpResponse<String> answer = server.post("/service/token", FORM, statusAndForm.substring(4));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains("\"errors\"").doesNotContain("hush");
  }

  @Test
  void refusesOtherBodiesAndLargeOnes() {
    assertThat(server.post("/service/token", "application/json", "{}").statusCode()).isEqualTo(415);
    assertThat(server.post("/service/token", FORM, "a=" + "b".repeat(70_000)).statusCode())
        .isEqualTo(413);
  }

  @Test
  void publishesItsKeys() {
    HttpResponse<String> answer = server.get("/service/token/jwks");

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonValue key = json(answer).get("keys").elements().getFirst();
    assertThat(key.get("kty").text()).contains("EC");
    assertThat(key.get("d").isAbsent()).isTrue();
    assertThat(server.send("HEAD", "/service/token/jwks").body()).isEmpty();
  }

  @Test
  void tellsWhichMethodsAndPathsThereAre() {
    HttpResponse<String> answer = server.send("DELETE", "/service/token");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("GET, POST");
    assertThat(server.get("/service/tokens").statusCode()).isEqualTo(404);
    assertThat(server.get("/service/token/").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scope=%zz",
        "scope=%00",
        "scope=" + "repository:a/b:pull%20",
        "scope=repository:%252e%252e/b:pull",
        "scope=::::",
        "scope&service",
        "&&&="
      })
  void survivesMalformedQueries(String query) {
    assertThat(server.rawStatus("/service/token?" + query)).isBetween(200, 499);
  }

  private Caller holder(JsonValue body) {
    return server
        .authenticator
        .authenticate("Bearer " + body.get("access_token").text().orElseThrow(), Door.REGISTRY, "")
        .blockOptional()
        .orElseThrow();
  }

  private static String code(HttpResponse<String> answer) {
    return json(answer).get("errors").elements().getFirst().get("code").text().orElseThrow();
  }

  private static JsonValue json(HttpResponse<String> answer) {
    return Json.parse(answer.body().getBytes(UTF_8));
  }
}
