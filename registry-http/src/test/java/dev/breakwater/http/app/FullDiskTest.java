package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
  @TempDir private Path data;
  @TempDir private Path small;

  @Test
  void answers507InTheEnvelopeAndGoesOn() throws Exception {
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", small.toString()) == 0,
        "needs the right to mount a small file system");
    try (RunningRegistry registry =
        RunningRegistry.start(
            data, Map.of("BREAKWATER_STORAGE_FILESYSTEM_ROOT", small.toString()))) {
      byte[] large = new byte[20_000_000];
      new Random(1).nextBytes(large);
      Digest digest = Digest.compute(DigestAlgorithm.SHA256, large);

      HttpResponse<byte[]> full =
          registry.send("POST", "/v2/library/full/blobs/uploads/?digest=" + digest, large);

      assertThat(full.statusCode()).isEqualTo(507);
      assertThat(new String(full.body(), UTF_8))
          .contains("{\"errors\":[{\"code\":\"UNAVAILABLE\"")
          .contains("storage is full");
      assertThat(
              registry.send("HEAD", "/v2/library/full/blobs/" + digest, new byte[0]).statusCode())
          .isEqualTo(404);
      assertThat(small.resolve("_breakwater/uploads")).isEmptyDirectory();
      registry.push("library/full", new byte[] {1, 2, 3});
    } finally {
      run("umount", small.toString());
    }
  }

  @Test
  void keepsNothingOfAChunkThatFoundNoRoom() throws Exception {
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", small.toString()) == 0,
        "needs the right to mount a small file system");
    try (RunningRegistry registry =
        RunningRegistry.start(
            data, Map.of("BREAKWATER_STORAGE_FILESYSTEM_ROOT", small.toString()))) {
      byte[] begin = {1, 2, 3};
      byte[] end = {4, 5, 6};
      String upload = registry.beginUpload("library/full");
      upload = location(registry.send("PATCH", upload, begin));

      HttpResponse<byte[]> full = registry.send("PATCH", upload, new byte[20_000_000]);

      assertThat(full.statusCode()).isEqualTo(507);
      registry.push("library/full", new byte[4_000_000]);
      HttpResponse<byte[]> status = registry.send("GET", upload, new byte[0]);
      assertThat(status.headers().firstValue("Range")).contains("0-2");
      upload = location(registry.send("PATCH", location(status), end));
      Digest whole = Digest.compute(DigestAlgorithm.SHA256, new byte[] {1, 2, 3, 4, 5, 6});
      String closing = upload + (upload.contains("?") ? "&" : "?") + "digest=" + whole;
      assertThat(registry.send("PUT", closing, new byte[0]).statusCode()).isEqualTo(201);
    } finally {
      run("umount", small.toString());
    }
  }

  private static String location(HttpResponse<byte[]> response) {
    return response.headers().firstValue("Location").orElseThrow();
  }

  @Test
  void answersAServerErrorInTheEnvelopeWhenTheStorageBreaks() throws Exception {
    Path root = data.resolve("root");
    try (RunningRegistry registry =
        RunningRegistry.start(
            data.resolve("data"), Map.of("BREAKWATER_STORAGE_FILESYSTEM_ROOT", root.toString()))) {
      Path uploads = root.resolve("_breakwater/uploads");
      Files.delete(uploads);
      Files.writeString(uploads, "in the way");
      byte[] content = {1, 2, 3};
      Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);

      HttpResponse<byte[]> broken =
          registry.send("POST", "/v2/library/x/blobs/uploads/?digest=" + digest, content);

      assertThat(broken.statusCode()).isEqualTo(500);
      assertThat(new String(broken.body(), UTF_8))
          .contains("storage failed")
          .doesNotContain(root.toString());
      Files.delete(uploads);
      Files.createDirectory(uploads);
      registry.push("library/x", content);
    }
  }

  private static int run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }
}
