package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.json.JsonValue;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TokenApiTest {
  private static final String TOKEN = "/service/token";

  @RegisterExtension private static final OneRegistry registry = new OneRegistry();

  private final String name = "t" + UUID.randomUUID().toString().substring(0, 8);

  @Test
  void asksWhoPresentsNothingAndAsksForNothingForAPassword() {
    assertThat(anonymous().get(TOKEN + "?service=breakwater-registry").status()).isEqualTo(401);
    assertThat(anonymous().get(TOKEN + "?scope=repository:library/x:pull").status()).isEqualTo(200);
  }

  @Test
  void givesARefreshTokenOnlyToWhomAsksAndNeverToAnonymous() {
    user();
    ApiClient user = registry.as(name, ApiClient.USER_PASSWORD);

    assertThat(user.get(TOKEN).json().get("refresh_token").isAbsent()).isTrue();
    assertThat(user.get(TOKEN + "?offline_token=true").json().get("refresh_token").text())
        .isPresent();
    assertThat(
            anonymous()
                .get(TOKEN + "?offline_token=true&scope=repository:library/x:pull")
                .json()
                .get("refresh_token")
                .isAbsent())
        .isTrue();
  }

  @Test
  void keepsTheTokenOfAClientThatDoesNotRotate() {
    user();
    String refresh = refreshToken(registry.as(name, ApiClient.USER_PASSWORD));

    for (int i = 0; i < 3; i++) {
      ApiAnswer answer = refresh(refresh, "").require(200);
      assertThat(answer.json().get("refresh_token").isAbsent()).isTrue();
      String token = answer.json().get("access_token").text().orElseThrow();
      assertThat(registry.bearer(token).get("/v2/").status()).isEqualTo(200);
    }
  }

  @Test
  void endsTheFamilyOfATokenThatComesAgainAfterRotation() {
    user();
    String first = refreshToken(registry.as(name, ApiClient.USER_PASSWORD));
    String second =
        refresh(first, "&access_type=offline")
            .require(200)
            .json()
            .get("refresh_token")
            .text()
            .orElseThrow();
    String third =
        refresh(second, "&access_type=offline")
            .require(200)
            .json()
            .get("refresh_token")
            .text()
            .orElseThrow();

    assertThat(refresh(first, "").status()).isEqualTo(401);

    assertThat(refresh(third, "").status()).isEqualTo(401);
  }

  @Test
  void endsWithThePasswordAndTheUser() {
    long id = user();
    ApiClient user = registry.as(name, ApiClient.USER_PASSWORD);
    String before = refreshToken(user);
    registry
        .admin()
        .put("/api/v2.0/users/" + id + "/password", "{\"new_password\":\"Another12345\"}")
        .require(200);
    assertThat(refresh(before, "").status()).isEqualTo(401);

    String after = refreshToken(registry.as(name, "Another12345"));
    assertThat(refresh(after, "").status()).isEqualTo(200);
    registry.admin().delete("/api/v2.0/users/" + id).require(200);

    assertThat(refresh(after, "").status()).isEqualTo(401);
  }

  @Test
  void endsWithTheSecretOrTheDisabledRobot() {
    String body =
        """
        {"name":"%s","level":"system","duration":1,"disable":false,"permissions":[\
        {"kind":"project","namespace":"library",\
        "access":[{"resource":"repository","action":"push"}]}]}\
        """
            .formatted(name);
    JsonValue robot = registry.admin().post("/api/v2.0/robots", body).require(201).json();
    String one = "/api/v2.0/robots/" + robot.get("id").wholeNumber().orElseThrow();
    String login = robot.get("name").text().orElseThrow();
    String refresh = refreshToken(registry.as(login, robot.get("secret").text().orElseThrow()));
    assertThat(refresh(refresh, "&scope=repository:library/x:push").json().get("scope").text())
        .contains("repository:library/x:push");

    String secret =
        registry.admin().patch(one, "{}").require(200).json().get("secret").text().orElseThrow();
    assertThat(refresh(refresh, "").status()).isEqualTo(401);

    String next = refreshToken(registry.as(login, secret));
    registry.admin().put(one, body.replace("\"disable\":false", "\"disable\":true")).require(200);
    registry.admin().put(one, body).require(200);
    assertThat(refresh(next, "").status()).isEqualTo(401);
  }

  @Test
  void refusesTokensThatAreNone() {
    for (String token : List.of("", "x", "A".repeat(43), "A".repeat(5000), "%00")) {
      assertThat(refresh(token, "").status()).isIn(400, 401);
    }
  }

  @Test
  void cutsATokenToWhatWasAskedAndWritesNamesOnceDecodedOnly() {
    registry.admin().post("/api/v2.0/projects", "{\"project_name\":\"" + name + "\"}").require(201);
    String token = registry.admin().token("repository:" + name + "/app:pull");
    ApiClient bearer = registry.bearer(token);

    assertThat(bearer.get("/v2/" + name + "/app/tags/list").status()).isEqualTo(404);
    assertThat(bearer.get("/v2/" + name + "/app/sub/tags/list").status()).isEqualTo(401);
    assertThat(bearer.get("/v2/" + name + "/appx/tags/list").status()).isEqualTo(401);
    assertThat(bearer.post("/v2/" + name + "/app/blobs/uploads/", "").status()).isEqualTo(401);
    assertThat(
            registry
                .admin()
                .get(TOKEN + "?scope=repository:" + name + "%252fapp:pull")
                .require(200)
                .body())
        .isNotEmpty();
    String encoded = registry.admin().token("repository:" + name + "%252fapp:pull");
    assertThat(registry.bearer(encoded).get("/v2/" + name + "/app/tags/list").status())
        .isEqualTo(401);
    ApiAnswer wider =
        bearer.get(TOKEN + "?scope=repository:" + name + "/app:pull,push,delete").require(200);
    assertThat(
            registry
                .bearer(wider.json().get("token").text().orElseThrow())
                .post("/v2/" + name + "/app/blobs/uploads/", "")
                .status())
        .isEqualTo(401);
  }

  private long user() {
    return registry.admin().createUser(name);
  }

  private static String refreshToken(ApiClient client) {
    return client
        .get(TOKEN + "?offline_token=true")
        .require(200)
        .json()
        .get("refresh_token")
        .text()
        .orElseThrow();
  }

  private ApiAnswer refresh(String token, String more) {
    return anonymous().form(TOKEN, "grant_type=refresh_token&refresh_token=" + token + more);
  }

  private static ApiClient anonymous() {
    return registry.anonymous();
  }
}
