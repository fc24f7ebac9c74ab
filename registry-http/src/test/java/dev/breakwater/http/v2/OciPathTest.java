package dev.breakwater.http.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OciPathTest {
  private static final String DIGEST = "sha256:" + "a".repeat(64);

  @Test
  void readsTheEndpointsOfTheSpecification() {
    RepositoryName name = RepositoryName.parse("a/b/c");
    Digest digest = Digest.parse(DIGEST);

    assertThat(OciPath.parse("/v2/")).contains(new OciPath.Base());
    assertThat(OciPath.parse("/v2")).contains(new OciPath.Base());
    assertThat(OciPath.parse("/v2/_catalog")).contains(new OciPath.Catalog());
    assertThat(OciPath.parse("/v2/a/b/c/manifests/latest"))
        .contains(new OciPath.Manifest(name, Reference.parse("latest")));
    assertThat(OciPath.parse("/v2/a/b/c/manifests/" + DIGEST))
        .contains(new OciPath.Manifest(name, new Reference.ByDigest(digest)));
    assertThat(OciPath.parse("/v2/a/b/c/blobs/" + DIGEST)).contains(new OciPath.Blob(name, digest));
    assertThat(OciPath.parse("/v2/a/b/c/blobs/uploads/")).contains(new OciPath.Uploads(name));
    assertThat(OciPath.parse("/v2/a/b/c/blobs/uploads")).contains(new OciPath.Uploads(name));
    assertThat(OciPath.parse("/v2/a/b/c/blobs/uploads/x")).contains(new OciPath.Upload(name, "x"));
    assertThat(OciPath.parse("/v2/a/b/c/tags/list")).contains(new OciPath.Tags(name));
    assertThat(OciPath.parse("/v2/a/b/c/referrers/" + DIGEST))
        .contains(new OciPath.Referrers(name, digest));
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/blobs/manifests/manifests/x, blobs/manifests",
    "/v2/a/blobs/uploads/manifests/x, a/blobs/uploads",
    "/v2/a/tags/list/manifests/x, a/tags/list",
    "/v2/manifests/manifests/x, manifests"
  })
  void findsNamesThatContainTheWordsOfEndpoints(String path, String name) {
    assertThat(OciPath.parse(path))
        .contains(new OciPath.Manifest(RepositoryName.parse(name), Reference.parse("x")));
  }

  @Test
  void findsAnUploadInARepositoryNamedLikeAnEndpoint() {
    assertThat(OciPath.parse("/v2/a/manifests/blobs/uploads/x"))
        .contains(new OciPath.Upload(RepositoryName.parse("a/manifests"), "x"));
  }

  @Test
  void decodesTheColonOfADigest() {
    assertThat(OciPath.parse("/v2/a/b/blobs/" + DIGEST.replace(":", "%3A")))
        .contains(new OciPath.Blob(RepositoryName.parse("a/b"), Digest.parse(DIGEST)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/a",
        "/v2/a/b",
        "/v2/a/b/c",
        "/v2/manifests/x",
        "/v2//manifests",
        "/v2/a/tags/other",
        "/v2/a/uploads/x",
        "/v1/",
        "/v2x"
      })
  void knowsNoOtherPaths(String path) {
    assertThat(OciPath.parse(path)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/A/b/manifests/x",
        "/v2/a/../b/manifests/x",
        "/v2/a%2Fb/manifests/x",
        "/v2/a/%2e%2e/b/tags/list",
        "/v2/a//b/manifests/x",
        "/v2/a/b/manifests/.x",
        "/v2/a/b/manifests/a%2Fb",
        "/v2/a/b/manifests/%zz",
        "/v2/a/b/blobs/sha256:..%2F..%2Fetc",
        "/v2/a/b/blobs/sha256:baddigeststring",
        "/v2/a/b/referrers/x",
        "/v2/a\u0000/b/manifests/x"
      })
  void refusesMalformedPartsWithAClientError(String path) {
    assertThatThrownBy(() -> OciPath.parse(path))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.code().status()).isEqualTo(400));
  }
}
