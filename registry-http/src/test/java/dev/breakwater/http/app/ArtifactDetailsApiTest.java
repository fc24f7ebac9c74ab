package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.icon.Icons;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Digest;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pictures and signatures that artifacts bring along. */
final class ArtifactDetailsApiTest {
  private static final String REPOSITORIES = "/projects/library/repositories/";
  private static final byte[] GIF = "GIF89a and some more bytes".getBytes(UTF_8);

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private ApiClient admin;
  private TestImages images;

  @BeforeEach
  void connect() {
    admin = REGISTRY.admin().ofApi();
    images = new TestImages(REGISTRY.running());
  }

  @Test
  void showsThePictureThatAnArtifactBroughtAlong() throws Exception {
    Digest picture = REGISTRY.running().push("library/picture", GIF);
    manifest("library/picture", TestImages.LAYER, picture, "v1");

    JsonValue artifact = admin.get(REPOSITORIES + "picture/artifacts/v1").json();

    assertThat(artifact.get("icon").text()).contains(picture.toString());
    JsonValue icon = REGISTRY.anonymous().ofApi().get("/icons/" + picture).require(200).json();
    assertThat(icon.get("content-type").text()).contains("image/gif");
    assertThat(Base64.getDecoder().decode(icon.get("content").text().orElseThrow())).isEqualTo(GIF);
  }

  @Test
  void showsNothingAsAPictureThatIsNone() throws Exception {
    String script = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    Digest svg = REGISTRY.running().push("library/script", script.getBytes(UTF_8));
    manifest("library/script", TestImages.LAYER, svg, "v1");
    Digest layer = REGISTRY.running().push("library/secret", GIF);

    assertThat(admin.get(REPOSITORIES + "script/artifacts/v1").json().get("icon").text())
        .contains(Icons.of("IMAGE").toString());
    assertThat(admin.get("/icons/" + svg).status()).isEqualTo(404);
    admin.delete(REPOSITORIES + "picture").status();
    Digest foreign =
        REGISTRY.running().push("library/foreign", ("GIF89a" + "of somebody").getBytes(UTF_8));
    manifest(
        "library/foreign",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        foreign,
        "v1");
    assertThat(admin.get("/icons/" + foreign).status()).isEqualTo(404);
    assertThat(layer).isNotNull();
  }

  private void manifest(String repository, String layerType, Digest layer, String tag)
      throws Exception {
    Digest config = REGISTRY.running().push(repository, "{}".getBytes(UTF_8));
    images.manifest(
        repository,
        """
        {"schemaVersion": 2, "mediaType": "%s",
         "config": {"mediaType": "%s", "digest": "%s", "size": 2},
         "layers": [{"mediaType": "%s", "digest": "%s", "size": 26,
                     "annotations": {"io.goharbor.artifact.v1alpha1.icon": ""}}]}
        """
            .formatted(TestImages.MANIFEST, TestImages.CONFIG, config, layerType, layer),
        tag);
  }

  @Test
  void showsTheSignaturesOfTheIndexesThatNameAnArtifact() throws Exception {
    Digest child = images.image("library/inherits", "child", "");
    Digest index = images.index("library/inherits", List.of(child), "v1");
    Digest signature =
        images.referrer("library/inherits", index, "application/vnd.dev.sigstore.bundle.v0.3+json");
    images.referrer("library/inherits", index, "application/vnd.example.report");
    String artifact = REPOSITORIES + "inherits/artifacts/" + child;

    JsonValue found =
        admin
            .get(artifact + "?with_inherited_accessory=true&with_accessory=true")
            .require(200)
            .json();

    assertThat(found.get("accessories").size()).isZero();
    assertThat(found.get("inherited_accessories").size()).isEqualTo(1);
    JsonValue inherited = found.get("inherited_accessories").elements().getFirst();
    assertThat(inherited.get("digest").text()).contains(signature.toString());
    assertThat(inherited.get("subject_artifact_digest").text()).contains(index.toString());
    assertThat(inherited.get("type").text()).contains("signature.cosign");
    assertThat(admin.get(artifact).json().get("inherited_accessories").isAbsent()).isTrue();
    assertThat(
            admin
                .get(REPOSITORIES + "inherits/artifacts?q=base%3D*&with_inherited_accessory=true")
                .require(200)
                .json()
                .elements())
        .anyMatch(each -> each.get("inherited_accessories").size() == 1);
  }
}
