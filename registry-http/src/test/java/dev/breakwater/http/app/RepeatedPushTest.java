package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A push that came before, once more: as pipelines do it all day. */
final class RepeatedPushTest {
  private static final String REPOSITORIES = "/projects/library/repositories/";

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private ApiClient admin;
  private TestImages images;

  @BeforeEach
  void connect() {
    admin = REGISTRY.admin().ofApi();
    images = new TestImages(REGISTRY.running());
  }

  @Test
  void isWrittenDownOnce() throws Exception {
    images.image("library/same", "layer", "v1");
    images.image("library/same", "layer", "v1");
    images.image("library/same", "layer", "v1");

    assertThat(changes("same", "v1")).isEqualTo(1);
    assertThat(
            admin
                .get("/projects/library/logs?page_size=100&q=resource%3Dlibrary%2Fsame%3Av1")
                .json()
                .size())
        .isEqualTo(1);
  }

  @Test
  void bringsBackATagThatWasDeleted() throws Exception {
    Digest image = images.image("library/tag", "layer", "v1");
    images.image("library/tag", "layer", "v1");
    admin.delete(REPOSITORIES + "tag/artifacts/" + image + "/tags/v1").require(200);

    images.image("library/tag", "layer", "v1");

    admin.get(REPOSITORIES + "tag/artifacts/v1").require(200);
    assertThat(changes("tag", "v1")).isEqualTo(3);
  }

  @Test
  void movesATagBackThatPointsElsewhereNow() throws Exception {
    Digest image = images.image("library/moved", "layer", "v1");
    images.image("library/moved", "layer", "v1");
    images.image("library/moved", "other", "v1");

    images.image("library/moved", "layer", "v1");

    assertThat(admin.get(REPOSITORIES + "moved/artifacts/v1").json().get("digest").text())
        .contains(image.toString());
  }

  @Test
  void bringsBackAnArtifactAndARepositoryThatWereDeleted() throws Exception {
    images.image("library/gone", "layer", "v1");
    images.image("library/gone", "layer", "v1");
    admin.delete(REPOSITORIES + "gone/artifacts/v1").require(200);
    images.image("library/gone", "layer", "v1");
    admin.get(REPOSITORIES + "gone/artifacts/v1").require(200);
    admin.delete(REPOSITORIES + "gone").require(200);

    images.image("library/gone", "layer", "v1");

    admin.get(REPOSITORIES + "gone/artifacts/v1").require(200);
  }

  private int changes(String repository, String tag) {
    return admin.get(REPOSITORIES + repository + "/tag-history?q=name%3D" + tag).json().size();
  }
}
