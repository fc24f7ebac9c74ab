package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What Debian's docker-registry has written is adopted in place, and all of it pulls back. */
final class AdoptDistributionIT {
  private static final int MANY = 40;

  @TempDir private Path directory;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void adoptsAFolderAlthoughARunIsKilledAndGivesItBack() throws IOException {
    Path root = Files.createDirectory(directory.resolve("registry"));
    DebianRegistry stock = open(DebianRegistry.onFolder(root, directory));
    Map<String, String> pushed = push(stock);
    IntStream.range(0, MANY).forEach(each -> pushSmall(stock.client(), "shop/small-" + each));
    stock.close();
    BreakwaterProcess breakwater =
        BreakwaterProcess.in(directory).with("storage.filesystem.root", root);
    long files = blobs(root);

    ServerProcess run = breakwater.begin("import", "distribution", "--public");
    run.awaitLog(Duration.ofSeconds(60), log -> log.contains("shop/small-1\n"));
    run.kill();
    assertThat(run.log())
        .as("killed half-way")
        .contains("project shop created, public")
        .doesNotContain("adopted");
    assertThat(adopt(breakwater)).contains(" manifests were here already");

    compare(breakwater, pushed, 2 + MANY);
    assertThat(blobs(root)).as("no byte is copied").isEqualTo(files);
    try (DebianRegistry again = DebianRegistry.onFolder(root, directory)) {
      String image = breakwater.registry() + "/shop/new:1";
      Crane crane = Crane.loggedIn(breakwater, directory);
      crane.pushImage(image, "pushed after the move");
      String back = again.registry() + "/shop/new:1";
      long before = blobs(root);
      crane.run("copy", image, back).succeed();
      assertThat(crane.digest(back)).isEqualTo(crane.digest(image));
      assertThat(blobs(root)).as("only the manifest is new").isEqualTo(before + 1);
      pushed.forEach((name, digest) ->
          assertThat(crane.digest(again.registry() + "/" + name)).isEqualTo(digest));
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void adoptsABucketAndSendsClientsThere() throws IOException {
    ObjectStore store = open(ObjectStore.start(directory.resolve("s3")));
    DebianRegistry stock = open(DebianRegistry.onBucket(store, directory));
    Map<String, String> pushed = push(stock);
    stock.close();

    BreakwaterProcess breakwater =
        store.serve(BreakwaterProcess.in(directory)).with("storage.s3.redirect", true);
    assertThat(adopt(breakwater)).contains("project shop created, public", "3 repositories: ");
    compare(breakwater, pushed, 2);

    HttpResponse<byte[]> redirected =
        breakwater.admin().blob("library/single", layerOf(breakwater, "library/single:1"));
    assertThat(redirected.statusCode()).isEqualTo(307);
    assertThat(redirected.headers().firstValue("Location").orElseThrow())
        .startsWith(store.endpoint() + "/" + ObjectStore.BUCKET + "/docker/registry/v2/blobs/")
        .contains("X-Amz-Signature=");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void adoptsAContainerOfACloud() throws IOException {
    Path root = Files.createDirectory(directory.resolve("registry"));
    DebianRegistry stock = open(DebianRegistry.onFolder(root, directory));
    Map<String, String> pushed = push(stock);
    stock.close();
    AzureStore store = open(AzureStore.start(directory));
    store.upload(root);

    BreakwaterProcess breakwater = store.serve(BreakwaterProcess.in(directory));
    assertThat(adopt(breakwater)).contains("project shop created, public", "3 repositories: ");
    compare(breakwater, pushed, 2);
  }

  private String layerOf(BreakwaterProcess breakwater, String image) {
    String manifest =
        new Crane(directory).run("manifest", breakwater.registry() + "/" + image).succeed();
    Matcher layer =
        Pattern.compile("\"layers\":.*?(sha256:[0-9a-f]{64})", Pattern.DOTALL).matcher(manifest);
    assertThat(layer.find()).as(manifest).isTrue();
    return layer.group(1);
  }

  private static String adopt(BreakwaterProcess breakwater) {
    String report = breakwater.subcommand("import", "distribution", "--public").succeed();
    assertThat(report).contains("0 skipped");
    return report;
  }

  private void compare(BreakwaterProcess breakwater, Map<String, String> pushed, int repositories)
      throws IOException {
    open(breakwater.start());
    Crane crane = Crane.loggedIn(breakwater, directory);
    pushed.forEach((name, digest) -> {
      String image = breakwater.registry() + "/" + (name.contains("/") ? name : "library/" + name);
      assertThat(crane.digest(image)).isEqualTo(digest);
      assertThat(crane.run("validate", "--remote", image).succeed()).contains("PASS");
    });
    assertThat(breakwater.admin().api("GET", "/api/v2.0/projects/shop/summary", ""))
        .contains("\"repo_count\":" + repositories);
  }

  /** By crane and by skopeo; the digests by the names. */
  private Map<String, String> push(DebianRegistry stock) throws IOException {
    Crane crane = new Crane(directory);
    String registry = stock.registry() + "/";
    crane.pushIndex(registry + "shop/app:index");
    crane.pushImage(registry + "single:1", "no slash in the name");
    Command.client("skopeo", "--insecure-policy", "copy", "--all")
        .append("--src-tls-verify=false", "--dest-tls-verify=false", "--format", "v2s2")
        .append("docker://" + registry + "shop/app:index-amd64")
        .append("docker://" + registry + "shop/team/deep:v2s2")
        .succeed();
    Map<String, String> digests = new LinkedHashMap<>();
    for (String name :
        List.of("shop/app:index", "shop/app:index-arm64", "single:1", "shop/team/deep:v2s2")) {
      digests.put(name, crane.digest(registry + name));
    }
    return digests;
  }

  private static void pushSmall(RegistryClient client, String repository) {
    byte[] config = "{}".getBytes(UTF_8);
    byte[] layer = repository.getBytes(UTF_8);
    assertThat(client.pushBlob(repository, config)).isEqualTo(201);
    assertThat(client.pushBlob(repository, layer)).isEqualTo(201);
    String manifest =
        """
        {"schemaVersion": 2, "mediaType": "%s",
         "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": 2},
         "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "%s", "size": %d}]}
        """
            .formatted(
                RegistryClient.MANIFEST,
                RegistryClient.digest(config),
                RegistryClient.digest(layer),
                layer.length);
    assertThat(client.pushManifest(repository, "1", manifest.getBytes(UTF_8))).isEqualTo(201);
  }

  private static long blobs(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("docker/registry/v2/blobs"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  private <T extends AutoCloseable> T open(T resource) {
    opened.add(resource);
    return resource;
  }
}
