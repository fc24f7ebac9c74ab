package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Digest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is deleted or moved away, and comes back. */
final class DeletedApiTest {
  private static final String LIBRARY = "/projects/library";
  private static final String REPOSITORIES = LIBRARY + "/repositories/";

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private ApiClient admin;
  private TestImages images;

  @BeforeEach
  void connect() {
    admin = REGISTRY.admin().ofApi();
    images = new TestImages(REGISTRY.running());
  }

  @Test
  void bringsAnArtifactBackWithItsLabelsAndItsEnd() throws Exception {
    String expiry = "\"annotations\": {\"dev.breakwater.expires-after\": \"14d\"},";
    Digest image = images.image("library/labelled", "layer", TestImages.CONFIG, expiry, "v1");
    label("library/labelled", "kept");
    long gone = label("library/labelled", "gone");

    admin.delete(REPOSITORIES + "labelled/artifacts/v1").require(200);
    admin.delete("/labels/" + gone).require(200);
    admin
        .post(REPOSITORIES + "labelled/deleted-artifacts/" + image + "/restoration", "")
        .require(200);

    JsonValue back = admin.get(REPOSITORIES + "labelled/artifacts/v1?with_label=true").json();
    assertThat(names(back, "labels")).containsExactly("kept");
    assertThat(
            admin
                .get(REPOSITORIES + "labelled/artifacts/v1/reasons")
                .json()
                .get("expires_at")
                .text())
        .isPresent();
  }

  @Test
  void bringsARepositoryBack() throws Exception {
    Digest image = images.image("library/whole", "layer", "v1");
    Digest report = images.referrer("library/whole", image, "application/vnd.example.report");
    images.image("library/whole", "other", "v2");
    admin.put(REPOSITORIES + "whole", "{\"description\":\"ours\"}").require(200);
    String deleted = LIBRARY + "/deleted-repositories";
    long count = repositories();

    admin.delete(REPOSITORIES + "whole").require(200);

    assertThat(admin.get(REPOSITORIES + "whole").status()).isEqualTo(404);
    assertThat(admin.delete(REPOSITORIES + "whole").status()).isEqualTo(404);
    assertThat(admin.put(REPOSITORIES + "whole", "{\"description\":\"x\"}").status())
        .isEqualTo(404);
    assertThat(admin.get(LIBRARY + "/repositories?page_size=100").texts("name"))
        .doesNotContain("library/whole");
    assertThat(admin.get("/search?q=library/whole").json().get("repository").size()).isZero();
    assertThat(status("GET", "/v2/library/whole/tags/list")).isEqualTo(404);
    assertThat(status("GET", "/v2/library/whole/manifests/v1")).isEqualTo(404);
    assertThat(repositories()).isEqualTo(count - 1);
    JsonValue found =
        admin.get(deleted + "?q=name%3Dlibrary/whole").require(200).json().elements().getFirst();
    assertThat(found.get("artifact_count").wholeNumber()).hasValue(3);
    assertThat(found.get("deleted_by").text()).contains("admin");
    assertThat(admin.get(REPOSITORIES + "whole/deleted-artifacts").texts("digest"))
        .contains(image.toString(), report.toString());

    admin.post(deleted + "/whole/restoration", "").require(200);

    assertThat(admin.get(REPOSITORIES + "whole").json().get("description").text()).contains("ours");
    assertThat(admin.get(REPOSITORIES + "whole/artifacts").json().size()).isEqualTo(2);
    assertThat(status("GET", "/v2/library/whole/manifests/v1")).isEqualTo(200);
    assertThat(status("GET", "/v2/library/whole/manifests/" + report)).isEqualTo(200);
    assertThat(admin.get(deleted + "?q=name%3Dlibrary/whole").json().size()).isZero();
    assertThat(admin.post(deleted + "/whole/restoration", "").status()).isEqualTo(404);
    assertThat(repositories()).isEqualTo(count);
  }

  @Test
  void beginsADeletedRepositoryAnewWhenItIsPushedTo() throws Exception {
    Digest old = images.image("library/again", "old", "v1");
    admin.put(REPOSITORIES + "again", "{\"description\":\"old\"}").require(200);
    admin.delete(REPOSITORIES + "again").require(200);

    images.image("library/again", "new", "v1");

    assertThat(admin.get(REPOSITORIES + "again").json().get("description").isAbsent()).isTrue();
    assertThat(admin.get(REPOSITORIES + "again/artifacts").json().size()).isEqualTo(1);
    assertThat(admin.post(LIBRARY + "/deleted-repositories/again/restoration", "").status())
        .isEqualTo(404);
    admin.post(REPOSITORIES + "again/deleted-artifacts/" + old + "/restoration", "").require(200);
    assertThat(admin.get(REPOSITORIES + "again/artifacts").json().size()).isEqualTo(2);
  }

  @Test
  void countsNoDeletedRepositoryForTheQuota() throws Exception {
    admin.post("/projects", "{\"project_name\":\"freed\"}").require(201);
    images.image("freed/a", "layer", "v1");
    REGISTRY.running().push("freed/a", "never named".getBytes(UTF_8));
    long used = admin.used("freed");

    admin.delete("/projects/freed/repositories/a").require(200);
    assertThat(admin.used("freed")).isZero();

    admin.post("/projects/freed/deleted-repositories/a/restoration", "").require(200);
    assertThat(admin.used("freed")).isEqualTo(used - "never named".length());
    admin.delete("/projects/freed/repositories/a").require(200);
    assertThat(admin.delete("/projects/freed").status()).isEqualTo(200);
  }

  @Test
  void movesAnArtifactWithItsTags() throws Exception {
    images.image("library/from", "image", "v1");
    admin.post(REPOSITORIES + "from/artifacts/v1/tags", "{\"name\":\"stable\"}");

    ApiAnswer moved = admin.post(REPOSITORIES + "to/moved-artifacts?from=library/from:v1", "");

    assertThat(moved.status()).as(moved.body()).isEqualTo(201);
    assertThat(admin.get(REPOSITORIES + "from/artifacts").json().elements()).isEmpty();
    assertThat(tags(admin.get(REPOSITORIES + "to/artifacts"))).containsExactly("stable", "v1");
  }

  @Test
  void tellsWhoMovedATagAndTakesItBack() throws Exception {
    Digest first = images.image("library/moves", "first", "v1");
    Digest second = images.image("library/moves", "second", "v1");
    String history = REPOSITORIES + "moves/tag-history";

    ApiAnswer changes = admin.get(history + "?tag=v1");

    assertThat(changes.header("X-Total-Count")).isEqualTo("2");
    JsonValue last = changes.json().elements().getFirst();
    assertThat(last.get("tag").text()).contains("v1");
    assertThat(last.get("old_digest").text()).contains(first.toString());
    assertThat(last.get("new_digest").text()).contains(second.toString());
    assertThat(last.get("username").text()).contains("admin");
    assertThat(
            admin
                .get(history + "?sort=change_time&q=change_time=%5B2020-01-01T00:00:00~%5D")
                .texts("new_digest"))
        .containsExactly(first.toString(), second.toString());
    assertThat(admin.get(history + "?q=change_time=%5B~2020-01-01T00:00:00%5D").texts("new_digest"))
        .isEmpty();
    String undo = history + "/" + last.get("id").wholeNumber().orElseThrow() + "/undo";
    assertThat(admin.post(undo, "").status()).isEqualTo(200);
    assertThat(admin.get(REPOSITORIES + "moves/artifacts/v1").json().get("digest").text())
        .contains(first.toString());
    assertThat(admin.post(undo, "").status()).as("it moved meanwhile").isEqualTo(412);
    assertThat(admin.post(history + "/999999/undo", "").status()).isEqualTo(404);
  }

  @Test
  void doesNotPointATagBackToWhatIsGone() throws Exception {
    Digest first = images.image("library/gone", "first", "v1");
    Digest second = images.image("library/gone", "second", "v1");
    String history = REPOSITORIES + "gone/tag-history";
    long move =
        admin
            .get(history + "?tag=v1")
            .json()
            .elements()
            .getFirst()
            .get("id")
            .wholeNumber()
            .orElseThrow();
    admin.delete(REPOSITORIES + "gone/artifacts/" + first).require(200);

    ApiAnswer refused = admin.post(history + "/" + move + "/undo", "").require(412);

    assertThat(refused.body()).contains(first.toString(), "is gone");
    assertThat(admin.get(REPOSITORIES + "gone/artifacts/v1").json().get("digest").text())
        .contains(second.toString());
  }

  @Test
  void bringsBackWhatWasDeleted() throws Exception {
    Digest image = images.image("library/back", "image", "v1");
    Digest report = images.referrer("library/back", image, "application/vnd.example.report");
    admin.post("/projects", "{\"project_name\":\"undone\"}");
    images.image("undone/x", "image", "v1");
    long used = admin.used("undone");
    String deleted = REPOSITORIES + "back/deleted-artifacts";

    admin.delete(REPOSITORIES + "back/artifacts/v1").require(200);
    assertThat(admin.get(REPOSITORIES + "back/artifacts/v1").status()).isEqualTo(404);
    assertThat(admin.get(deleted).texts("digest"))
        .containsExactlyInAnyOrder(image.toString(), report.toString());
    assertThat(admin.post(deleted + "/" + image + "/restoration", "").status()).isEqualTo(200);

    assertThat(tags(admin.get(REPOSITORIES + "back/artifacts"))).containsExactly("v1");
    assertThat(admin.get(REPOSITORIES + "back/artifacts/v1/accessories").texts("digest"))
        .containsExactly(report.toString());
    assertThat(
            REGISTRY
                .running()
                .send("GET", "/v2/library/back/manifests/v1", new byte[0])
                .statusCode())
        .isEqualTo(200);
    assertThat(admin.get(deleted).json().elements()).isEmpty();
    assertThat(admin.post(deleted + "/" + image + "/restoration", "").status()).isEqualTo(404);

    admin.delete("/projects/undone/repositories/x/artifacts/v1").require(200);
    assertThat(admin.used("undone")).isZero();
    Digest gone =
        Digest.parse(
            admin
                .get("/projects/undone/repositories/x/deleted-artifacts")
                .texts("digest")
                .getFirst());
    String restore = "/projects/undone/repositories/x/deleted-artifacts/" + gone + "/restoration";
    admin.put("/quotas/" + admin.projectId("undone"), "{\"hard\":{\"storage\":100}}").require(200);
    assertThat(admin.post(restore, "").status()).as("no room").isEqualTo(403);
    admin.put("/quotas/" + admin.projectId("undone"), "{\"hard\":{\"storage\":-1}}").require(200);
    assertThat(admin.post(restore, "").status()).isEqualTo(200);
    assertThat(admin.used("undone")).isEqualTo(used);
  }

  @Test
  void movesAllOrNothing() throws Exception {
    admin.post("/projects", "{\"project_name\":\"fixed\"}").require(201);
    images.image("fixed/from", "image", "v1");
    label("fixed/from", "of-project");
    admin
        .post(
            "/projects/fixed/immutabletagrules",
            """
            {"tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "v1"}],
             "scope_selectors": {"repository":
               [{"kind": "doublestar", "decoration": "repoMatches", "pattern": "from"}]}}
            """)
        .require(201);
    String move = "/projects/fixed/repositories/to/moved-artifacts?from=fixed/from:v1";

    assertThat(admin.post(move, "").status()).isEqualTo(412);
    assertThat(admin.get("/projects/fixed/repositories/to").status()).isEqualTo(404);

    String rules = "/projects/fixed/immutabletagrules";
    long rule = admin.get(rules).json().elements().getFirst().get("id").wholeNumber().orElseThrow();
    admin.delete(rules + "/" + rule).require(200);
    admin.post(move, "").require(201);
    JsonValue moved =
        admin.get("/projects/fixed/repositories/to/artifacts/v1?with_label=true").json();
    assertThat(names(moved, "labels")).containsExactly("of-project");
    assertThat(admin.get("/projects/fixed/repositories/from/artifacts").json().size()).isZero();
  }

  @Test
  void movesSignaturesWithTheirTagsAndTellsOfIt() throws Exception {
    Digest image = images.image("library/unsigned", "to sign", "v1");
    String signature = "sha256-" + image.hex() + ".sig";
    images.image("library/unsigned", "signature", signature);

    admin.post(REPOSITORIES + "copied-signed/artifacts?from=library/unsigned:v1", "").require(201);
    admin.post(REPOSITORIES + "signed/moved-artifacts?from=library/unsigned:v1", "").require(201);

    assertThat(status("GET", "/v2/library/copied-signed/manifests/" + signature)).isEqualTo(200);
    assertThat(status("GET", "/v2/library/signed/manifests/" + signature)).isEqualTo(200);
    assertThat(status("GET", "/v2/library/unsigned/manifests/" + signature)).isEqualTo(404);
    JsonValue change =
        admin.get(REPOSITORIES + "unsigned/tag-history?tag=v1").json().elements().getFirst();
    assertThat(change.get("old_digest").text()).contains(image.toString());
    assertThat(change.get("new_digest").isAbsent()).isTrue();
    assertThat(admin.get(REPOSITORIES + "signed/tag-history?tag=v1").json().size()).isEqualTo(1);
    admin
        .post(REPOSITORIES + "unsigned/deleted-artifacts/" + image + "/restoration", "")
        .require(200);
    assertThat(status("GET", "/v2/library/unsigned/manifests/" + signature)).isEqualTo(200);
  }

  private static List<String> tags(ApiAnswer list) {
    assertThat(list.status()).as(list.body()).isEqualTo(200);
    return list.json().elements().stream()
        .flatMap(artifact -> artifact.get("tags").elements().stream())
        .map(tag -> tag.get("name").text().orElseThrow())
        .toList();
  }

  private long repositories() {
    return admin.get(LIBRARY).json().get("repo_count").wholeNumber().orElseThrow();
  }

  private static int status(String method, String path) throws Exception {
    return REGISTRY.running().send(method, path, new byte[0]).statusCode();
  }

  /** Makes a label of the repository's project and gives it to v1; its number. */
  private long label(String repository, String name) {
    String project = repository.substring(0, repository.indexOf('/'));
    long projectId =
        admin.get("/projects/" + project).json().get("project_id").wholeNumber().orElseThrow();
    long id =
        admin
            .post(
                "/labels",
                "{\"name\":\"%s\",\"scope\":\"p\",\"project_id\":%d}".formatted(name, projectId))
            .require(201)
            .id();
    admin
        .post(
            "/projects/"
                + project
                + "/repositories/"
                + repository.substring(project.length() + 1)
                + "/artifacts/v1/labels",
            "{\"id\":" + id + "}")
        .require(200);
    return id;
  }

  private static List<String> names(JsonValue json, String member) {
    List<String> names = new ArrayList<>();
    json.get(member).elements().forEach(each -> names.add(each.get("name").text().orElseThrow()));
    return names;
  }
}
