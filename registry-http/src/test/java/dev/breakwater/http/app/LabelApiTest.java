package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.Digest;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LabelApiTest {
  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static RunningRegistry registry;
  private static ApiClient admin;
  private static ApiClient alice;
  private static ApiClient mallory;
  private static TestImages images;

  @BeforeAll
  static void start() throws Exception {
    registry = REGISTRY.running();
    images = new TestImages(registry);
    admin = ApiClient.admin(registry).ofApi();
    alice = admin.newUser("alice");
    mallory = admin.newUser("mallory");
  }

  @Test
  void makesChangesAndDeletesALabelForAllProjects() throws Exception {
    ApiAnswer created =
        admin.post(
            "/labels",
            "{\"name\":\"stable\",\"description\":\"d\",\"color\":\"#0065AB\",\"scope\":\"g\"}");

    assertThat(created.status()).as(created.body()).isEqualTo(201);
    String label = created.header("Location").replace("/api/v2.0", "");
    assertThat(label).matches("/labels/[0-9]+");
    ApiAnswer found = alice.get(label);
    assertThat(found.json().get("name").text()).contains("stable");
    assertThat(found.json().get("scope").text()).contains("g");
    assertThat(found.json().get("color").text()).contains("#0065AB");
    assertThat(admin.post("/labels", "{\"name\":\"stable\",\"scope\":\"g\"}").code())
        .isEqualTo("CONFLICT");

    assertThat(admin.put(label, "{\"name\":\"steady\"}").status()).isEqualTo(200);
    assertThat(alice.get("/labels?scope=g&name=TEAD").texts("name")).containsExactly("steady");
    assertThat(alice.get("/labels?scope=g&q=name%3Dsteady").texts("name"))
        .containsExactly("steady");

    assertThat(admin.delete(label).status()).isEqualTo(200);
    assertThat(admin.get(label).status()).isEqualTo(404);
    assertThat(admin.delete(label).status()).isEqualTo(404);
    assertThat(admin.put(label, "{\"name\":\"x\"}").status()).isEqualTo(404);
  }

  @Test
  void keepsLabelsOfAProjectInside() throws Exception {
    long project = project(alice, "labels-inside");
    ApiAnswer created = create(alice, "mine", project);
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    String label = created.header("Location").replace("/api/v2.0", "");

    assertThat(alice.get("/labels?scope=p&project_id=" + project).texts("name"))
        .containsExactly("mine");
    assertThat(create(alice, "mine", project).code()).isEqualTo("CONFLICT");
    assertThat(create(mallory, "other", project).status()).isEqualTo(403);
    assertThat(mallory.get(label).status()).isEqualTo(403);
    assertThat(mallory.put(label, "{\"name\":\"x\"}").status()).isEqualTo(403);
    assertThat(mallory.delete(label).status()).isEqualTo(403);
    assertThat(mallory.get("/labels?scope=p&project_id=" + project).status()).isEqualTo(403);
    assertThat(mallory.post("/labels", "{\"name\":\"x\",\"scope\":\"g\"}").status()).isEqualTo(403);
    ApiClient nobody = ApiClient.anonymous(registry).ofApi();
    assertThat(nobody.get(label).status()).isEqualTo(401);
    assertThat(nobody.get("/labels/999999").status()).isEqualTo(401);
    assertThat(nobody.get("/labels?scope=g").status()).isEqualTo(401);
    assertThat(nobody.get("/labels?scope=p&project_id=999999").status()).isEqualTo(401);
  }

  @Test
  void refusesWhatIsNoLabel() throws Exception {
    for (String body :
        List.of(
            "{}",
            "[]",
            "{\"name\":\"x\"}",
            "{\"name\":\"x\",\"scope\":\"q\"}",
            "{\"name\":\"x\",\"scope\":\"p\"}",
            "{\"name\":\"x\",\"scope\":\"p\",\"project_id\":-1}",
            "{\"name\":\"\",\"scope\":\"g\"}",
            "{\"name\":7,\"scope\":\"g\"}",
            "{\"name\":\"\\u0000\",\"scope\":\"g\"}",
            "{\"name\":\"\\ud800\",\"scope\":\"g\"}",
            "{\"name\":\"" + "x".repeat(129) + "\",\"scope\":\"g\"}")) {
      assertThat(admin.post("/labels", body).status()).as(body).isEqualTo(400);
    }
    assertThat(admin.get("/labels").status()).isEqualTo(400);
    assertThat(admin.get("/labels?scope=p").status()).isEqualTo(400);
    assertThat(admin.get("/labels?scope=p&project_id=x").status()).isEqualTo(422);
    assertThat(admin.get("/labels?scope=g&name=%00").status()).isEqualTo(400);
    assertThat(admin.get("/labels/x").status()).isEqualTo(422);
    assertThat(create(admin, "x", 999999).status()).isEqualTo(404);
    assertThat(admin.send("POST", "/labels", "{\"name\":\"x\"}", "text/plain").status())
        .isEqualTo(415);
  }

  @Test
  void givesALabelToAnArtifactAndTakesItAway() throws Exception {
    long project = project(alice, "labelled");
    long foreign = project(alice, "foreign");
    Digest digest = images.image("labelled/some/app", "labelled", "v1");
    long own = id(create(alice, "own", project));
    long other = id(create(alice, "other", foreign));
    long global = id(admin.post("/labels", "{\"name\":\"everywhere\",\"scope\":\"g\"}"));
    String artifact = "/projects/labelled/repositories/some%252Fapp/artifacts/";

    assertThat(add(alice, artifact + "v1", own).status()).isEqualTo(200);
    assertThat(add(alice, artifact + digest, own).code()).isEqualTo("CONFLICT");
    assertThat(add(alice, artifact + digest, global).status()).isEqualTo(200);
    assertThat(add(alice, artifact + "v1", other).status()).isEqualTo(404);
    assertThat(add(alice, artifact + "v2", own).status()).isEqualTo(404);
    assertThat(add(mallory, artifact + "v1", own).status()).isEqualTo(403);
    assertThat(alice.post(artifact + "v1/labels", "{}").status()).isEqualTo(400);

    assertThat(mallory.delete(artifact + "v1/labels/" + own).status()).isEqualTo(403);
    assertThat(alice.delete(artifact + "v1/labels/" + own).status()).isEqualTo(200);
    assertThat(alice.delete(artifact + "v1/labels/" + own).status()).isEqualTo(404);
    assertThat(admin.delete("/labels/" + global).status()).isEqualTo(200);
    assertThat(alice.delete(artifact + "v1/labels/" + global).status()).isEqualTo(404);
  }

  @Test
  void findsArtifactsByTheirLabelsAtOnce() throws Exception {
    project(alice, "found");
    images.image("found/app", "found", "v1");
    long label = id(admin.post("/labels", "{\"name\":\"found\",\"scope\":\"g\"}"));
    String artifact = "/projects/found/repositories/app/artifacts/v1";

    assertThat(labelled(label)).isEmpty();
    assertThat(add(alice, artifact, label).status()).isEqualTo(200);
    assertThat(labelled(label)).hasSize(1);
    assertThat(alice.delete(artifact + "/labels/" + label).status()).isEqualTo(200);
    assertThat(labelled(label)).isEmpty();
    assertThat(add(alice, artifact, label).status()).isEqualTo(200);
    assertThat(labelled(label)).hasSize(1);
    assertThat(admin.delete("/labels/" + label).status()).isEqualTo(200);
    ApiAnswer none = alice.get("/projects/found/artifacts?q=labels=(" + label + ")");
    assertThat(none.header("X-Total-Count")).isEqualTo("0");
  }

  private static List<String> labelled(long label) throws Exception {
    return alice.get("/projects/found/artifacts?q=labels=(" + label + ")").texts("digest");
  }

  private static ApiAnswer add(ApiClient client, String artifact, long label) throws Exception {
    return client.post(artifact + "/labels", "{\"id\":" + label + "}");
  }

  private static ApiAnswer create(ApiClient client, String name, long project) throws Exception {
    return client.post(
        "/labels", "{\"name\":\"%s\",\"scope\":\"p\",\"project_id\":%d}".formatted(name, project));
  }

  private static long project(ApiClient client, String name) throws Exception {
    return id(client.post("/projects", "{\"project_name\":\"" + name + "\"}"));
  }

  private static long id(ApiAnswer created) {
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    String location = created.header("Location");
    return Long.parseLong(location.substring(location.lastIndexOf('/') + 1));
  }
}
