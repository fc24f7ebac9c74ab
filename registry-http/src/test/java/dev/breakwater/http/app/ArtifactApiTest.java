package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Digest;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Repositories, artifacts and tags over the management API. */
final class ArtifactApiTest {
  private static final String REPOSITORIES = "/projects/library/repositories/";

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static RunningRegistry registry;
  private static ApiClient admin;
  private static TestImages images;

  @BeforeAll
  static void start() throws Exception {
    registry = REGISTRY.running();
    admin = ApiClient.admin(registry).ofApi();
    images = new TestImages(registry);
  }

  @Test
  void showsAnImageAsItIs() throws Exception {
    Digest digest = images.image("library/show", "layer", "v1");

    JsonValue found = admin.get(REPOSITORIES + "show/artifacts/v1").json();

    assertThat(found.get("type").text()).contains("IMAGE");
    assertThat(found.get("digest").text()).contains(digest.toString());
    assertThat(found.get("media_type").text()).contains(TestImages.CONFIG);
    assertThat(found.get("manifest_media_type").text()).contains(TestImages.MANIFEST);
    assertThat(found.get("repository_name").text()).contains("library/show");
    assertThat(found.get("extra_attrs").get("architecture").text()).contains("amd64");
    assertThat(found.get("extra_attrs").get("author").text()).contains("somebody");
    assertThat(found.get("size").wholeNumber().orElseThrow()).isGreaterThan(400);
    assertThat(found.get("tags").elements().getFirst().get("name").text()).contains("v1");
    assertThat(found.get("addition_links").get("build_history").get("href").text())
        .contains(
            "/api/v2.0/projects/library/repositories/show/artifacts/"
                + digest
                + "/additions/build_history");
  }

  @Test
  void listsTheLatestFirstAndPages() throws Exception {
    for (int n = 1; n <= 3; n++) {
      images.image("library/pages", "layer" + n, "v" + n);
    }

    ApiAnswer first = admin.get(REPOSITORIES + "pages/artifacts?page_size=2");

    assertThat(first.header("X-Total-Count")).isEqualTo("3");
    assertThat(first.header("Link")).contains("page=2");
    assertThat(tags(first)).containsExactly("v3", "v2");
    assertThat(tags(admin.get(REPOSITORIES + "pages/artifacts?page_size=2&page=2")))
        .containsExactly("v1");
    assertThat(tags(admin.get(REPOSITORIES + "pages/artifacts?sort=push_time")))
        .containsExactly("v1", "v2", "v3");
    assertThat(admin.get(REPOSITORIES + "nowhere/artifacts").json().elements()).isEmpty();
  }

  @Test
  void filtersByTagsTypeAndDigest() throws Exception {
    Digest image = images.image("library/filters", "image", "rc-1");
    images.image("library/filters", "chart", "application/vnd.cncf.helm.config.v1+json", "", "1.0");
    Digest untagged = images.image("library/filters", "untagged", "");
    String list = REPOSITORIES + "filters/artifacts?q=";

    assertThat(digests(admin.get(list + "tags%3D*")))
        .hasSize(2)
        .doesNotContain(untagged.toString());
    assertThat(digests(admin.get(list + "tags%3Dnil"))).containsExactly(untagged.toString());
    assertThat(digests(admin.get(list + "tags%3D~rc"))).containsExactly(image.toString());
    assertThat(digests(admin.get(list + "tags%3Drc-1"))).containsExactly(image.toString());
    assertThat(tags(admin.get(list + "type%3DCHART"))).containsExactly("1.0");
    assertThat(digests(admin.get(list + "digest%3D" + image))).containsExactly(image.toString());
    assertThat(
            admin
                .get(list + "push_time%3D%5B2020-01-01T00:00:00~2020-01-02T00:00:00%5D")
                .json()
                .elements())
        .isEmpty();
    assertThat(admin.get(list + "tags%3D(a%20b)").status()).isEqualTo(400);
    assertThat(admin.get(list + "tags%3D%00").status()).isEqualTo(400);
  }

  @Test
  void filtersByPartsOfDigests() throws Exception {
    String image = images.image("library/parts", "image", "a").toString();
    String other = images.image("library/parts", "other", "b").toString();
    String hex = image.substring("sha256:".length());
    for (String scope : List.of(REPOSITORIES + "parts", "/projects/library")) {
      String list = scope + "/artifacts?page_size=100&q=digest%3D~";

      assertThat(digests(admin.get(list + hex))).containsExactly(image);
      assertThat(digests(admin.get(list + hex.substring(20, 30)))).containsExactly(image);
      assertThat(digests(admin.get(list + hex.substring(20, 30).toUpperCase(Locale.ROOT))))
          .containsExactly(image);
      assertThat(digests(admin.get(list + image))).containsExactly(image);
      assertThat(digests(admin.get(list + image.substring(0, 20)))).containsExactly(image);
      assertThat(digests(admin.get(list + "SHA256:"))).contains(image, other);
      assertThat(digests(admin.get(list + "6:" + hex.substring(0, 9)))).containsExactly(image);
      assertThat(digests(admin.get(list + "a256"))).contains(image, other);
      assertThat(digests(admin.get(list + "256"))).contains(image, other);
      assertThat(digests(admin.get(list + "sha256:" + hex.substring(1)))).isEmpty();
      assertThat(digests(admin.get(list + "sha256:xyz"))).isEmpty();
      assertThat(digests(admin.get(list + "%25%25%25%25"))).isEmpty();
    }
  }

  @Test
  void hidesChildrenOfIndexesUnlessTheyAreTaggedOrAskedFor() throws Exception {
    Digest amd64 = images.image("library/multi", "amd64", "");
    Digest arm64 = images.image("library/multi", "arm64", "");
    List<Digest> children =
        Stream.of(amd64, arm64)
            .sorted(Comparator.comparing(Digest::toString, Comparator.reverseOrder()))
            .toList();
    Digest index = images.index("library/multi", children, "latest");

    assertThat(digests(admin.get(REPOSITORIES + "multi/artifacts")))
        .containsExactly(index.toString());
    assertThat(digests(admin.get(REPOSITORIES + "multi/artifacts?q=base%3D*")))
        .containsExactlyInAnyOrder(index.toString(), amd64.toString(), arm64.toString());
    JsonValue found = admin.get(REPOSITORIES + "multi/artifacts/latest").json();
    assertThat(found.get("references").elements())
        .extracting(each -> each.get("child_digest").text().orElseThrow())
        .as("in the order of the index")
        .containsExactlyElementsOf(children.stream().map(Digest::toString).toList());
    assertThat(found.get("references").elements().getFirst().get("platform").get("os").text())
        .contains("linux");

    admin.post(REPOSITORIES + "multi/artifacts/" + arm64 + "/tags", "{\"name\":\"arm64\"}");
    assertThat(digests(admin.get(REPOSITORIES + "multi/artifacts")))
        .containsExactlyInAnyOrder(index.toString(), arm64.toString());
  }

  @Test
  void refusesToDeleteAChildOfAnIndexByAnyWay() throws Exception {
    Digest child = images.image("library/child", "child", "");
    images.index("library/child", List.of(child), "latest");

    ApiAnswer answer = admin.delete(REPOSITORIES + "child/artifacts/" + child);
    assertThat(answer.status()).isEqualTo(412);
    assertThat(answer.code()).isEqualTo("VIOLATE_FOREIGN_KEY_CONSTRAINT");
    assertThat(
            registry
                .send("DELETE", "/v2/library/child/manifests/" + child, new byte[0])
                .statusCode())
        .isEqualTo(412);

    assertThat(admin.delete(REPOSITORIES + "child/artifacts/latest").status()).isEqualTo(200);
    assertThat(admin.get(REPOSITORIES + "child/artifacts/" + child).status()).isEqualTo(404);
  }

  @Test
  void keepsAChildThatIsTaggedWhenItsIndexGoes() throws Exception {
    Digest child = images.image("library/kept", "child", "mine");
    images.index("library/kept", List.of(child), "latest");

    admin.delete(REPOSITORIES + "kept/artifacts/latest");

    assertThat(digests(admin.get(REPOSITORIES + "kept/artifacts")))
        .containsExactly(child.toString());
  }

  @Test
  void keepsAccessoriesWithTheirSubject() throws Exception {
    Digest image = images.image("library/signed", "image", "v1");
    Digest other = images.referrer("library/signed", image, "application/vnd.example.report");
    String hex = image.hex();
    Digest signature =
        images.manifest(
            "library/signed",
            """
            {"schemaVersion": 2, "mediaType": "%s",
             "config": {"mediaType": "%s", "digest": "%s", "size": 2},
             "layers": [{"mediaType": "application/vnd.dev.cosign.simplesigning.v1+json",
                         "digest": "%s", "size": 3}]}
            """
                .formatted(
                    TestImages.MANIFEST,
                    TestImages.CONFIG,
                    registry.push("library/signed", "{}".getBytes(UTF_8)),
                    registry.push("library/signed", "sig".getBytes(UTF_8))),
            "sha256-" + hex + ".sig");

    assertThat(digests(admin.get(REPOSITORIES + "signed/artifacts")))
        .containsExactly(image.toString());
    ApiAnswer accessories = admin.get(REPOSITORIES + "signed/artifacts/v1/accessories");
    assertThat(accessories.header("X-Total-Count")).isEqualTo("2");
    assertThat(digests(accessories)).containsExactly(other.toString(), signature.toString());
    assertThat(accessories.texts("type")).containsExactly("subject.accessory", "signature.cosign");
    JsonValue whole =
        admin
            .get(REPOSITORIES + "signed/artifacts?with_accessory=true")
            .json()
            .elements()
            .getFirst();
    assertThat(whole.get("accessories").size()).isEqualTo(2);

    admin.delete(REPOSITORIES + "signed/artifacts/v1");
    assertThat(admin.get(REPOSITORIES + "signed/artifacts/" + signature).status()).isEqualTo(404);
    assertThat(admin.get(REPOSITORIES + "signed/artifacts/" + other).status()).isEqualTo(404);
  }

  @Test
  void givesAndTakesTags() throws Exception {
    images.image("library/tags", "image", "v1");
    images.image("library/tags", "other", "v2");
    String artifact = REPOSITORIES + "tags/artifacts/v1";

    ApiAnswer created = admin.post(artifact + "/tags", "{\"name\":\"stable\"}");
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.header("Location")).endsWith("/artifacts/v1/tags/stable");
    ApiAnswer again = admin.post(artifact + "/tags", "{\"name\":\"v2\"}");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.code()).isEqualTo("CONFLICT");
    assertThat(admin.post(artifact + "/tags", "{\"name\":\"a b\"}").status()).isEqualTo(400);
    assertThat(admin.post(artifact + "/tags", "{}").status()).isEqualTo(400);
    assertThat(admin.get(artifact + "/tags?sort=name").texts("name"))
        .containsExactly("stable", "v1");

    assertThat(admin.delete(artifact + "/tags/v2").status()).isEqualTo(404);
    assertThat(admin.delete(artifact + "/tags/stable").status()).isEqualTo(200);
    assertThat(admin.get(artifact + "/tags").texts("name")).containsExactly("v1");
  }

  @Test
  void comparesAndSetsATag() throws Exception {
    Digest first = images.image("library/cas", "first", "v1");
    String other =
        """
        {"schemaVersion": 2, "mediaType": "%s", "manifests": []}
        """
            .formatted(TestImages.INDEX);

    assertThat(images.put("library/cas", other, "v1", "If-None-Match", "*").statusCode())
        .isEqualTo(412);
    assertThat(
            images
                .put("library/cas", other, "v1", "If-Match", "\"sha256:" + "0".repeat(64) + "\"")
                .statusCode())
        .isEqualTo(412);
    assertThat(images.put("library/cas", other, "v1", "If-Match", "soon").statusCode())
        .isEqualTo(400);
    assertThat(digests(admin.get(REPOSITORIES + "cas/artifacts")))
        .containsExactly(first.toString());

    assertThat(images.put("library/cas", other, "v1", "If-Match", "\"" + first + "\"").statusCode())
        .isEqualTo(201);
    assertThat(images.put("library/cas", other, "v2", "If-None-Match", "*").statusCode())
        .isEqualTo(201);

    ApiClient root = ApiClient.admin(registry);
    String tag = "/v2/library/cas/manifests/v2";
    assertThat(root.delete(tag, "If-Match", "\"" + first + "\"").status()).isEqualTo(412);
    assertThat(root.get(tag, "Accept", TestImages.INDEX).status()).isEqualTo(200);
    assertThat(root.delete(tag, "If-Match", "*").status()).isEqualTo(202);
  }

  @Test
  void describesAndDeletesARepository() throws Exception {
    images.image("library/a/b", "image", "v1");
    String repository = REPOSITORIES + "a%252Fb";

    assertThat(admin.put(repository, "{\"description\":\"# Hello\"}").status()).isEqualTo(200);
    JsonValue found = admin.get(repository).json();
    assertThat(found.get("name").text()).contains("library/a/b");
    assertThat(found.get("description").text()).contains("# Hello");
    assertThat(found.get("artifact_count").wholeNumber()).hasValue(1);
    assertThat(admin.get("/projects/library/repositories?q=name%3D~a/b").texts("name"))
        .containsExactly("library/a/b");

    assertThat(admin.delete(repository).status()).isEqualTo(200);
    assertThat(admin.get(repository).status()).isEqualTo(404);
    assertThat(admin.delete(repository).status()).isEqualTo(404);
    assertThat(registry.send("GET", "/v2/library/a/b/manifests/v1", new byte[0]).statusCode())
        .isEqualTo(404);
  }

  @Test
  void listsRepositoriesOfWhoeverMaySeeThem() throws Exception {
    ApiClient nina = admin.newUser("nina");
    admin.post("/projects", "{\"project_name\":\"hidden\",\"metadata\":{\"public\":\"false\"}}");
    images.image("hidden/x", "image", "v1");
    images.image("library/seen", "image", "v1");

    assertThat(admin.get("/repositories?page_size=100").texts("name"))
        .contains("hidden/x", "library/seen");
    assertThat(nina.get("/repositories?page_size=100").texts("name"))
        .contains("library/seen")
        .doesNotContain("hidden/x");
    assertThat(nina.get("/projects/hidden/repositories").status()).isEqualTo(403);
  }

  @Test
  void copiesAnIndexWithItsChildrenAndAccessoriesAndNoBytes() throws Exception {
    admin.post("/projects", "{\"project_name\":\"target\"}");
    Digest child = images.image("library/copied", "child", "");
    Digest index = images.index("library/copied", List.of(child), "v1");
    Digest report = images.referrer("library/copied", child, "application/vnd.example.report");
    String into = "/projects/target/repositories/a%252Fb/artifacts?from=library/copied";

    ApiAnswer copied = admin.post(into + ":v1", "");

    assertThat(copied.status()).as(copied.body()).isEqualTo(201);
    assertThat(copied.header("Location")).endsWith("/repositories/a%252Fb/artifacts/" + index);
    for (Digest digest : List.of(child, index, report)) {
      assertThat(
              registry.send("GET", "/v2/target/a/b/manifests/" + digest, new byte[0]).statusCode())
          .isEqualTo(200);
    }
    ApiAnswer list = admin.get("/projects/target/repositories/a%252Fb/artifacts");
    assertThat(digests(list)).containsExactly(index.toString());
    assertThat(tags(list)).containsExactly("v1");
    assertThat(admin.used("target")).isGreaterThan(0);
    assertThat(admin.post(into + "@" + index, "").status()).isEqualTo(201);
    assertThat(admin.post(into + ":none", "").status()).isEqualTo(404);
    assertThat(admin.post(into, "").status()).isEqualTo(400);
    assertThat(
            admin
                .post("/projects/library/repositories/copied/artifacts?from=library/copied:v1", "")
                .status())
        .isEqualTo(400);
  }

  @Test
  void givesACopyTheTagsThatAreChosen() throws Exception {
    admin.post("/projects", "{\"project_name\":\"chosen\"}");
    Digest image = images.image("library/many-tags", "layer", "v1");
    admin.post(
        "/projects/library/repositories/many-tags/artifacts/" + image + "/tags",
        "{\"name\":\"v2\"}");
    String from = "/artifacts?from=library/many-tags";

    for (Map.Entry<String, List<String>> wanted :
        Map.of(
                ":v2",
                List.of("v2"),
                "@" + image,
                List.of("v1", "v2"),
                "@" + image + "&tags=",
                List.<String>of(),
                "@" + image + "&tags=v1,new",
                List.of("new", "v1"),
                ":v1&tags=other",
                List.of("other"))
            .entrySet()) {
      String target = "/projects/chosen/repositories/r" + Math.abs(wanted.getKey().hashCode());
      admin.post(target + from + wanted.getKey(), "").require(201);
      assertThat(tags(admin.get(target + "/artifacts")))
          .as(wanted.getKey())
          .containsExactlyInAnyOrderElementsOf(wanted.getValue());
    }
    assertThat(
            admin
                .post("/projects/chosen/repositories/x" + from + ":v1&tags=not%20one", "")
                .status())
        .isEqualTo(400);
  }

  @Test
  void tellsWhatKindAnIndexIs() throws Exception {
    Digest child = images.image("library/kinds", "child", "");
    images.index("library/kinds", List.of(child), "v1");

    ApiAnswer index = admin.get("/projects/library/repositories/kinds/artifacts/v1");

    for (String member : List.of("media_type", "manifest_media_type", "artifact_type")) {
      assertThat(index.json().get(member).text()).as(member).contains(TestImages.INDEX);
    }
    assertThat(
            digests(
                admin.get(
                    "/projects/library/repositories/kinds/artifacts?q=media_type="
                        + TestImages.INDEX.replace("+", "%2B"))))
        .hasSize(1);
  }

  @Test
  void copiesOnlyWhatTheCallerMayReadAndWhatFits() throws Exception {
    admin.post("/projects", "{\"project_name\":\"closed\",\"metadata\":{\"public\":\"false\"}}");
    ApiClient otto = admin.newUser("otto");
    otto.post("/projects", "{\"project_name\":\"ottos\"}");
    images.image("closed/x", "image", "v1");
    String into = "/projects/ottos/repositories/x/artifacts?from=closed/x:v1";

    assertThat(otto.post(into, "").status()).isEqualTo(403);
    admin.put("/quotas/" + admin.projectId("ottos"), "{\"hard\":{\"storage\":100}}");
    ApiAnswer refused = admin.post(into, "");

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("DENIED");
    assertThat(admin.used("ottos")).isZero();
    assertThat(admin.get("/projects/ottos/repositories/x").status()).isEqualTo(404);
  }

  @Test
  void readsHowAnImageWasBuilt() throws Exception {
    images.image("library/built", "layer", "v1");
    String additions = REPOSITORIES + "built/artifacts/v1/additions/";

    ApiAnswer history = admin.get(additions + "build_history");

    assertThat(history.status()).as(history.body()).isEqualTo(200);
    assertThat(history.json().isArray()).isTrue();
    assertThat(admin.get(additions + "vulnerabilities").body()).isEqualTo("{}");
    ApiAnswer wrong = admin.get(additions + "values.yaml");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.body()).contains("isn't supported for IMAGE");
  }

  @Test
  void countsPullsAMomentLater() throws Exception {
    images.image("library/pulled", "layer", "v1");

    registry.send("GET", "/v2/library/pulled/manifests/v1", new byte[0]);
    registry.send("HEAD", "/v2/library/pulled/manifests/v1", new byte[0]);

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            admin.get(REPOSITORIES + "pulled").json().get("pull_count").wholeNumber().orElse(0)
                == 1);
    JsonValue artifact = admin.get(REPOSITORIES + "pulled/artifacts/v1").json();
    assertThat(artifact.get("pull_time").text().orElseThrow()).doesNotStartWith("0001");
    assertThat(artifact.get("tags").elements().getFirst().get("pull_time").text().orElseThrow())
        .doesNotStartWith("0001");
    assertThat(admin.get("/projects/library/logs?q=operation%3Dpull").texts("resource"))
        .contains("library/pulled:v1");
  }

  @Test
  void deletesAnArtifactWhenItExpires() throws Exception {
    String annotation = "\"annotations\": {\"dev.breakwater.expires-after\": \"%s\"},";
    images.image("library/expires", "soon", TestImages.CONFIG, annotation.formatted("1s"), "soon");
    images.image("library/expires", "late", TestImages.CONFIG, annotation.formatted("1d"), "late");
    String artifacts = REPOSITORIES + "expires/artifacts/";

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> admin.get(artifacts + "soon").status() == 404);

    assertThat(admin.get(artifacts + "late").status()).isEqualTo(200);
    String bad =
        """
        {"schemaVersion": 2, "mediaType": "%s", "manifests": [], %s "x": 1}
        """
            .formatted(TestImages.INDEX, annotation.formatted("soon"));
    var refused = images.put("library/expires", bad, "bad");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(new String(refused.body(), UTF_8)).contains("MANIFEST_INVALID", "such as 14d");
  }

  private static List<String> digests(ApiAnswer list) {
    return list.texts("digest");
  }

  private static List<String> tags(ApiAnswer list) {
    assertThat(list.status()).as(list.body()).isEqualTo(200);
    return list.json().elements().stream()
        .flatMap(artifact -> artifact.get("tags").elements().stream())
        .map(tag -> tag.get("name").text().orElseThrow())
        .toList();
  }
}
