package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobApiTest {
  private static final byte[] NONE = {};
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  @TempDir private static Path data;
  private static RunningRegistry registry;

  private final String repository = "library/r" + UUID.randomUUID().toString().substring(0, 8);
  private final byte[] content = content();

  @BeforeAll
  static void start() throws Exception {
    registry = RunningRegistry.start(data, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  @Test
  void servesSingleAndSeveralRanges() throws Exception {
    String path = blob(registry.push(repository, content));

    HttpResponse<byte[]> one = registry.send("GET", path, NONE, "Range", "bytes=500-1499");
    HttpResponse<byte[]> several = registry.send("GET", path, NONE, "Range", "bytes=0-1,-2");

    assertThat(one.statusCode()).isEqualTo(206);
    assertThat(one.body()).isEqualTo(Arrays.copyOfRange(content, 500, 1500));
    assertThat(one.headers().firstValue("Content-Range")).contains("bytes 500-1499/5000");
    assertThat(several.statusCode()).isEqualTo(206);
    assertThat(several.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("multipart/byteranges; boundary=");
    assertThat(new String(several.body(), ISO_8859_1))
        .contains("Content-Range: bytes 0-1/5000\r\n\r\n" + text(content, 0, 2) + "\r\n--")
        .contains("Content-Range: bytes 4998-4999/5000\r\n\r\n" + text(content, 4998, 5000));
  }

  @Test
  void refusesARangeOutsideAndTellsTheSize() throws Exception {
    String path = blob(registry.push(repository, content));

    HttpResponse<byte[]> response = registry.send("GET", path, NONE, "Range", "bytes=5000-");

    assertThat(response.statusCode()).isEqualTo(416);
    assertThat(response.headers().firstValue("Content-Range")).contains("bytes */5000");
  }

  @Test
  void sendsTheWholeWhenIfRangeNamesAnotherBlob() throws Exception {
    Digest digest = registry.push(repository, content);
    String path = blob(digest);

    assertThat(
            registry
                .send("GET", path, NONE, "Range", "bytes=0-1", "If-Range", "\"other\"")
                .statusCode())
        .isEqualTo(200);
    assertThat(
            registry
                .send("GET", path, NONE, "Range", "bytes=0-1", "If-Range", "\"" + digest + "\"")
                .statusCode())
        .isEqualTo(206);
  }

  @Test
  void answers304WhenTheClientHasTheBlob() throws Exception {
    Digest digest = registry.push(repository, content);

    HttpResponse<byte[]> response =
        registry.send("GET", blob(digest), NONE, "If-None-Match", "\"" + digest + "\"");

    assertThat(response.statusCode()).isEqualTo(304);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void tellsHowAnUploadGoesOn() throws Exception {
    HttpResponse<byte[]> begun =
        registry.send("POST", "/v2/" + repository + "/blobs/uploads/", NONE);
    String location = begun.headers().firstValue("Location").orElseThrow();

    HttpResponse<byte[]> patched = registry.send("PATCH", location, content);
    HttpResponse<byte[]> status = registry.send("GET", location, NONE);

    for (HttpResponse<byte[]> answer : List.of(begun, patched, status)) {
      assertThat(answer.headers().firstValue("OCI-Chunk-Min-Length")).contains("1");
      assertThat(location)
          .endsWith("/" + answer.headers().firstValue("Docker-Upload-UUID").orElseThrow());
      assertThat(answer.headers().firstValue("Docker-Distribution-Api-Version"))
          .contains("registry/2.0");
    }
    assertThat(patched.headers().firstValue("Range")).contains("0-4999");
    assertThat(status.headers().firstValue("Range")).contains("0-4999");
  }

  @Test
  void warnsThatFurtherTagsGoWithADigestAlone() throws Exception {
    Digest config = registry.push(repository, "{}".getBytes(UTF_8));
    Digest layer = registry.push(repository, content);
    byte[] manifest = manifest(config, layer).getBytes(UTF_8);
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, manifest);
    String manifests = "/v2/" + repository + "/manifests/";

    HttpResponse<byte[]> byTag =
        registry.send("PUT", manifests + "a?tag=b", manifest, "Content-Type", MANIFEST);
    HttpResponse<byte[]> byDigest =
        registry.send("PUT", manifests + digest + "?tag=c", manifest, "Content-Type", MANIFEST);

    assertThat(byTag.statusCode()).isEqualTo(201);
    assertThat(byTag.headers().firstValue("Warning").orElseThrow()).startsWith("299 - \"");
    assertThat(registry.send("HEAD", manifests + "b", NONE).statusCode()).isEqualTo(404);
    assertThat(byDigest.headers().firstValue("Warning")).isEmpty();
    assertThat(byDigest.headers().allValues("OCI-Tag")).containsExactly("c");
    assertThat(registry.send("HEAD", manifests + "c", NONE).statusCode()).isEqualTo(200);
  }

  @Test
  void readsABlobOnlyWhereItIsLinked() throws Exception {
    Digest digest = registry.push(repository, content);

    assertThat(registry.send("HEAD", "/v2/library/other/blobs/" + digest, NONE).statusCode())
        .isEqualTo(404);
    assertThat(registry.send("GET", "/v2/library/other/blobs/" + digest, NONE).statusCode())
        .isEqualTo(404);
  }

  @Test
  void mountsByNameAndAnonymouslyAndForgetsAfterDelete() throws Exception {
    Digest digest = registry.push(repository, content);
    String uploads = "/v2/" + repository + "-b/blobs/uploads/?mount=" + digest;

    assertThat(registry.send("POST", uploads + "&from=" + repository, NONE).statusCode())
        .isEqualTo(201);
    String mounted = "/v2/" + repository + "-b/blobs/" + digest;
    assertThat(registry.send("HEAD", mounted, NONE).statusCode()).isEqualTo(200);
    assertThat(registry.send("DELETE", mounted, NONE).statusCode()).isEqualTo(202);
    assertThat(registry.send("HEAD", mounted, NONE).statusCode()).isEqualTo(404);
    assertThat(registry.send("GET", mounted, NONE).statusCode()).isEqualTo(404);
    assertThat(registry.send("POST", uploads, NONE).statusCode()).isEqualTo(201);
  }

  @Test
  void startsAnUploadWhenThereIsNothingToMount() throws Exception {
    Digest missing = Digest.compute(DigestAlgorithm.SHA256, content());

    HttpResponse<byte[]> response =
        registry.send(
            "POST",
            "/v2/" + repository + "/blobs/uploads/?mount=" + missing + "&from=private/secret",
            NONE);

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.headers().firstValue("Location")).isPresent();
  }

  @Test
  void keepsABlobThatAManifestNames() throws Exception {
    Digest digest = registry.push(repository, content);
    Digest config = registry.push(repository, "{}".getBytes(UTF_8));
    String manifest = manifest(config, digest);
    HttpResponse<byte[]> pushed =
        registry.send(
            "PUT",
            "/v2/" + repository + "/manifests/v1",
            manifest.getBytes(UTF_8),
            "Content-Type",
            MANIFEST);
    String manifestDigest = pushed.headers().firstValue("Docker-Content-Digest").orElseThrow();

    HttpResponse<byte[]> refused = registry.send("DELETE", blob(digest), NONE);

    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(new String(refused.body(), UTF_8)).contains("UNSUPPORTED").contains(manifestDigest);
    registry.send("DELETE", "/v2/" + repository + "/manifests/" + manifestDigest, NONE);
    assertThat(registry.send("DELETE", blob(digest), NONE).statusCode()).isEqualTo(202);
  }

  @Test
  void refusesAManifestThatNamesMissingBlobs() throws Exception {
    Digest config = registry.push(repository, "{}".getBytes(UTF_8));
    Digest missing = Digest.compute(DigestAlgorithm.SHA256, content());

    HttpResponse<byte[]> response =
        registry.send(
            "PUT",
            "/v2/" + repository + "/manifests/v1",
            manifest(config, missing).getBytes(UTF_8),
            "Content-Type",
            MANIFEST);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(new String(response.body(), UTF_8))
        .contains("MANIFEST_BLOB_UNKNOWN")
        .contains(missing.toString());
    assertThat(registry.send("GET", "/v2/" + repository + "/manifests/v1", NONE).statusCode())
        .isEqualTo(404);
  }

  @Test
  void answersADamagedBlobAsUnknownUntilItIsPushedAgain() throws Exception {
    Digest digest = registry.push(repository, content);
    Path file =
        registry
            .data()
            .resolve("storage/docker/registry/v2/blobs/sha256")
            .resolve(digest.hex().substring(0, 2))
            .resolve(digest.hex())
            .resolve("data");
    Files.write(file, new byte[10]);

    assertThat(registry.send("HEAD", blob(digest), NONE).statusCode()).isEqualTo(404);
    assertThat(registry.send("GET", blob(digest), NONE).statusCode()).isEqualTo(404);
    registry.push(repository, content);
    assertThat(registry.send("GET", blob(digest), NONE).body()).isEqualTo(content);
  }

  @Test
  void resumesAnUploadByChunks() throws Exception {
    Digest digest = Digest.compute(DigestAlgorithm.SHA512, content);
    String path = registry.beginUpload(repository);

    assertThat(patch(path, 0, 2000).headers().firstValue("Range")).contains("0-1999");
    assertThat(patch(path, 3000, 4000).statusCode()).isEqualTo(416);
    assertThat(registry.send("GET", path, NONE).headers().firstValue("Range")).contains("0-1999");
    assertThat(patch(path, 2000, 5000).statusCode()).isEqualTo(202);
    assertThat(registry.send("PUT", path + "?digest=" + digest, NONE).statusCode()).isEqualTo(201);
    assertThat(registry.send("GET", blob(digest), NONE).body()).isEqualTo(content);
  }

  private HttpResponse<byte[]> patch(String path, int from, int to) throws Exception {
    return registry.send(
        "PATCH",
        path,
        Arrays.copyOfRange(content, from, to),
        "Content-Range",
        from + "-" + (to - 1),
        "Content-Type",
        "application/octet-stream");
  }

  private String blob(Digest digest) {
    return "/v2/" + repository + "/blobs/" + digest;
  }

  private static String manifest(Digest config, Digest layer) {
    return """
    {"schemaVersion":2,"mediaType":"%s",
     "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},
     "layers":[{"mediaType":"application/octet-stream","digest":"%s","size":5000}]}
    """
        .formatted(MANIFEST, config, layer);
  }

  private static byte[] content() {
    byte[] bytes = new byte[5000];
    new Random().nextBytes(bytes);
    return bytes;
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, ISO_8859_1);
  }
}
