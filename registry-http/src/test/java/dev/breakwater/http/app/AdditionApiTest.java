package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What can be read of charts and models beside themselves, and of what pretends to be one. */
final class AdditionApiTest {
  private static final String CHART = "application/vnd.cncf.helm.config.v1+json";
  private static final String CHART_CONTENT = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
  private static final String MODEL = "application/vnd.cncf.model.config.v1+json";
  private static final List<String> OF_CHART = List.of("values.yaml", "readme.md");

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
  void showsTheFilesOfAChart() throws Exception {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("web/Chart.yaml", "name: web\ndependencies:\n- {name: redis, version: 1.2.3}\n");
    files.put("web/values.yaml", "replicas: 1\n");
    files.put("web/README.md", "# Web\n");
    chart("web", gzip(tar(files)));

    assertThat(addition("web", "values.yaml").require(200).body()).isEqualTo("replicas: 1\n");
    assertThat(addition("web", "values.yaml").header("Content-Type")).startsWith("text/plain");
    assertThat(addition("web", "README.md").require(200).body()).isEqualTo("# Web\n");
    assertThat(addition("web", "dependencies").texts("name")).containsExactly("redis");
    assertThat(addition("web", "build_history").status()).isEqualTo(400);
  }

  @Test
  void showsTheFilesOfAModel() throws Exception {
    Digest config = registry.push("library/model", "{}".getBytes(UTF_8));
    Digest license = registry.push("library/model", "Do what you like".getBytes(UTF_8));
    Digest readme = registry.push("library/model", "# Model".getBytes(UTF_8));
    images.manifest(
        "library/model",
        """
        {"schemaVersion": 2, "mediaType": "%s",
         "artifactType": "application/vnd.cncf.model.manifest.v1+json",
         "config": {"mediaType": "%s", "digest": "%s", "size": 2},
         "layers": [
          {"mediaType": "application/vnd.cncf.model.doc.v1.raw", "digest": "%s", "size": 16,
           "annotations": {"org.cncf.model.filepath": "LICENSE"}},
          {"mediaType": "application/vnd.cncf.model.doc.v1.raw", "digest": "%s", "size": 7,
           "annotations": {"org.cncf.model.filepath": "README.md"}}]}
        """
            .formatted(TestImages.MANIFEST, MODEL, config, license, readme),
        "v1");

    assertThat(addition("model", "license").require(200).body()).isEqualTo("Do what you like");
    assertThat(addition("model", "readme.md").require(200).body()).isEqualTo("# Model");
    assertThat(addition("model", "files").texts("name")).containsExactly("LICENSE", "README.md");
    assertThat(addition("model", "values.yaml").status()).isEqualTo(400);
  }

  @Test
  void refusesArchivesThatAreHostileOrNone() throws Exception {
    byte[] whole = gzip(tar(Map.of("web/values.yaml", "a: 1\n".repeat(10_000))));
    Map<String, byte[]> hostile = new LinkedHashMap<>();
    hostile.put("cut", Arrays.copyOf(whole, whole.length / 2));
    hostile.put("text", "no archive".getBytes(UTF_8));
    hostile.put("nothing", new byte[0]);
    hostile.put("outside", gzip(tar(Map.of("../values.yaml", "a: 1"))));
    hostile.put("link", gzip(header("web/values.yaml", 0, '2', "/etc/passwd")));
    hostile.put("bomb", gzip(new byte[20], 600));
    hostile.put("long", gzip(header("././@LongLink", 500L << 20, 'L', ""), 500));

    for (Map.Entry<String, byte[]> each : hostile.entrySet()) {
      String repository = "hostile-" + each.getKey();
      chart(repository, each.getValue());
      for (String name : OF_CHART) {
        ApiAnswer answer = addition(repository, name);
        assertThat(answer.status()).as(each.getKey()).isEqualTo(404);
        assertThat(answer.body()).contains("the artifact has no " + name);
      }
      assertThat(addition(repository, "dependencies").status()).as(each.getKey()).isLessThan(500);
    }
  }

  private static void chart(String name, byte[] archive) throws Exception {
    String repository = "library/" + name;
    Digest config = registry.push(repository, "{\"name\": \"web\"}".getBytes(UTF_8));
    Digest content = registry.push(repository, archive);
    images.manifest(
        repository,
        """
        {"schemaVersion": 2, "mediaType": "%s",
         "config": {"mediaType": "%s", "digest": "%s", "size": 15},
         "layers": [{"mediaType": "%s", "digest": "%s", "size": %d}]}
        """
            .formatted(TestImages.MANIFEST, CHART, config, CHART_CONTENT, content, archive.length),
        "v1");
  }

  private static ApiAnswer addition(String repository, String name) {
    return admin.get(
        "/projects/library/repositories/" + repository + "/artifacts/v1/additions/" + name);
  }

  private static byte[] tar(Map<String, String> files) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    for (Map.Entry<String, String> file : files.entrySet()) {
      byte[] content = file.getValue().getBytes(UTF_8);
      tar.write(header(file.getKey(), content.length, '0', ""));
      tar.write(content);
      tar.write(new byte[(512 - content.length % 512) % 512]);
    }
    tar.write(new byte[1024]);
    return tar.toByteArray();
  }

  /** Of an entry in the format of POSIX. */
  private static byte[] header(String path, long size, char type, String link) {
    byte[] header = new byte[512];
    put(header, 0, path);
    put(header, 100, "0000644\0");
    put(header, 124, "%011o\0".formatted(size));
    put(header, 156, "" + type + link);
    put(header, 257, "ustar\00000");
    put(header, 148, "        ");
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    return header;
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    return gzip(content, 0);
  }

  /**
   * @param more MiB of zeros behind the content
   */
  private static byte[] gzip(byte[] content, int more) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
      byte[] zeros = new byte[1 << 20];
      for (int n = 0; n < more; n++) {
        gzip.write(zeros);
      }
    }
    return bytes.toByteArray();
  }
}
