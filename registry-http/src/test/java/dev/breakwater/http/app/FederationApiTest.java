package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FederationApiTest {
  private static final String FEDERATIONS = "/api/v2.0/federations";
  private static final String PUSH = "repository:library/app:pull,push";

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static RunningRegistry registry;
  private static ApiClient admin;
  private static KubernetesWorkload workload;
  private static long robot;

  private final String name = "f" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeAll
  static void start() throws Exception {
    registry = REGISTRY.running();
    admin = ApiClient.admin(registry);
    workload = KubernetesWorkload.create();
    robot = robot("deployer");
  }

  private static long robot(String name) {
    return admin
        .post(
            "/api/v2.0/robots",
            """
            {"name":"%s","level":"system","duration":-1,"permissions":[\
            {"kind":"project","namespace":"library",\
            "access":[{"resource":"repository","action":"push"}]}]}\
            """
                .formatted(name))
        .require(201)
        .json()
        .get("id")
        .wholeNumber()
        .orElseThrow();
  }

  @Test
  void letsAServiceAccountInAsARobotByDockerAndByBearer() throws Exception {
    long id = create(name, "prod");
    String jwt = token("prod", Duration.ofMinutes(5));

    for (String username : List.of(name, "oidc", "whatever")) {
      assertThat(ApiClient.as(registry, username, jwt).get("/v2/").status()).isEqualTo(200);
    }
    JsonValue answer =
        ApiClient.as(registry, "oidc", jwt)
            .get("/service/token?offline_token=true&scope=repository:library/app:pull,push,delete")
            .require(200)
            .json();
    assertThat(answer.get("refresh_token").isAbsent()).isTrue();
    assertThat(answer.get("expires_in").wholeNumber().orElseThrow()).isBetween(240L, 300L);
    ApiClient bearer = ApiClient.bearer(registry, answer.get("token").text().orElseThrow());
    assertThat(bearer.post("/v2/library/app/blobs/uploads/", "").status()).isEqualTo(202);
    assertThat(
            ApiClient.bearer(registry, jwt)
                .get("/service/token?scope=repository:library/app:push")
                .status())
        .isEqualTo(200);
    assertThat(ApiClient.bearer(registry, jwt).get("/v2/").status()).isEqualTo(401);

    admin.delete(FEDERATIONS + "/" + id).require(200);

    assertThat(ApiClient.as(registry, "oidc", jwt).get("/v2/").status()).isEqualTo(401);
  }

  @Test
  void endsTheTokensOfARuleThatIsDisabledOrMeansAnotherRobotOrIsGone() throws Exception {
    long other = robot("other" + name);
    String rule = FEDERATIONS + "/" + create(name, name);
    ApiClient workload = ApiClient.as(registry, name, token(name, Duration.ofMinutes(5)));
    ApiClient token = ApiClient.bearer(registry, workload.token(PUSH));
    ApiClient copy = ApiClient.bearer(registry, token.token(PUSH));
    String body = body(name, name);
    assertThat(pushes(token) && pushes(copy)).isTrue();

    admin.put(rule, body.replace("\"enabled\":true", "\"enabled\":false")).require(200);
    assertThat(pushes(token) || pushes(copy)).as("disabled").isFalse();
    admin.put(rule, body).require(200);
    assertThat(pushes(token) && pushes(copy)).as("enabled again").isTrue();
    admin.put(rule, body.replace(":" + robot, ":" + other)).require(200);
    assertThat(pushes(token) || pushes(copy)).as("another robot").isFalse();
    admin.put(rule, body).require(200);
    admin.delete(rule).require(200);
    assertThat(pushes(token) || pushes(copy)).as("deleted").isFalse();
  }

  private static boolean pushes(ApiClient client) {
    return client.post("/v2/library/app/blobs/uploads/", "").status() == 202;
  }

  @Test
  void refusesAnotherNamespaceAndSaysNothingOfTheRule() throws Exception {
    create(name, "staging");

    ApiAnswer answer =
        ApiClient.as(registry, name, token("other", Duration.ofMinutes(5))).get("/v2/");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body()).doesNotContain("staging").doesNotContain(name);
  }

  @Test
  void keepsRulesAndChecksThem() {
    long id = create(name, "a" + name);
    String one = FEDERATIONS + "/" + id;

    JsonValue rule = admin.get(one).require(200).json();
    assertThat(rule.get("name").text()).contains(name);
    assertThat(rule.get("claims").elements().getFirst().get("match").text()).contains("glob");
    assertThat(admin.get(FEDERATIONS + "?q=name%3D" + name).require(200).header("X-Total-Count"))
        .isEqualTo("1");
    assertThat(admin.post(FEDERATIONS, body(name, "x")).status()).isEqualTo(409);
    admin.put(one, body(name, "b").replace("\"enabled\":true", "\"enabled\":false")).require(200);
    assertThat(admin.get(one).body()).contains("\"enabled\":false");
    assertThat(admin.get(FEDERATIONS + "/999999").status()).isEqualTo(404);
    assertThat(ApiClient.anonymous(registry).get(FEDERATIONS).status()).isEqualTo(401);
    assertThat(
            admin.post(FEDERATIONS, body("x" + name, "b").replace(":" + robot, ":999999")).status())
        .isEqualTo(400);
  }

  @Test
  void refusesRulesThatWouldLetAnybodyIn() throws Exception {
    String good = body(name, "x");

    assertThat(admin.post(FEDERATIONS, good.replace("\"sub\"", "\"ref\"")).status()).isEqualTo(400);
    assertThat(admin.post(FEDERATIONS, good.replace("system:serviceaccount:x:*", "*")).status())
        .isEqualTo(400);
    assertThat(admin.post(FEDERATIONS, good.replace(name, "oidc")).status()).isEqualTo(400);
    assertThat(
            admin
                .post(
                    FEDERATIONS,
                    good.replace(Json.writeText(jwks()), "\"\"").replace("https:", "http:"))
                .status())
        .isEqualTo(400);
    assertThat(
            admin
                .post(
                    FEDERATIONS,
                    good.replace(
                        Json.writeText(jwks()),
                        Json.writeText(new JWKSet(workload.key()).toString(false))))
                .status())
        .isEqualTo(400);
    assertThat(admin.post(FEDERATIONS, good.replace("\"glob\"", "\"regex\"")).status())
        .isEqualTo(400);
  }

  private static long create(String name, String namespace) {
    return admin.post(FEDERATIONS, body(name, namespace)).require(201).id();
  }

  private static String body(String name, String namespace) {
    return workload.rule(name, namespace, robot);
  }

  private static String jwks() {
    return workload.keys();
  }

  private static String token(String namespace, Duration life) throws Exception {
    return workload.token(namespace, life);
  }
}
