package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.adoption.AdoptionOptions;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.project.ProjectName;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.http.app.config.SettingsLoader;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code import distribution} beside a running server, on folders that are whole and that are not.
 */
final class AdoptionCommandTest {
  private static final ProjectName LIBRARY = ProjectName.parse("library");

  @TempDir private static Path data;
  private static RunningRegistry registry;
  private static ApiClient admin;

  private final List<String> lines = new ArrayList<>();
  private DistributionFolder folder;

  @BeforeAll
  static void start() throws Exception {
    registry = RunningRegistry.start(data, Map.of());
    admin = ApiClient.admin(registry).ofApi();
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  @BeforeEach
  void layAnotherRegistry() throws IOException {
    folder = new DistributionFolder(data.resolve("storage"));
    folder.forgetRepositories();
  }

  @Test
  void adoptsWhatAnotherRegistryStored() throws Exception {
    Digest image = folder.image("shop/app", "a layer", "1.0", "latest");
    Digest other = folder.image("shop/app", "another layer");
    Digest index = folder.index("shop/app", "all", image, other);
    Digest indexOfIndex = folder.index("shop/app", "more", index);
    Digest deep = folder.image("shop/team/deep/app", "a layer", "1");
    Digest single = folder.image("busybox", "small", "1");

    assertThat(adopt(true)).as("%s", lines).isTrue();

    assertThat(lines)
        .contains(
            "project shop created, public",
            "3 repositories: 6 tags, 6 manifests and 8 blobs adopted");
    assertThat(pull("shop/app", "latest")).isEqualTo(image);
    assertThat(pull("shop/app", "all")).isEqualTo(index);
    assertThat(pull("shop/app", "more")).isEqualTo(indexOfIndex);
    assertThat(pull("shop/app", other.toString())).isEqualTo(other);
    assertThat(pull("shop/team/deep/app", "1")).isEqualTo(deep);
    assertThat(pull("library/busybox", "1")).isEqualTo(single);
    assertThat(blob("shop/app", DistributionFolder.digest("a layer")).body())
        .isEqualTo("a layer".getBytes(UTF_8));
    assertThat(blob("shop/app", DistributionFolder.digest("small")).statusCode()).isEqualTo(404);
    JsonValue artifact =
        admin
            .get("/projects/shop/repositories/app/artifacts/1.0?with_tag=true")
            .require(200)
            .json();
    assertThat(artifact.get("type").text()).contains("IMAGE");
    assertThat(artifact.get("extra_attrs").get("architecture").text()).contains("arm64");
    assertThat(artifact.get("tags").size()).isEqualTo(2);
  }

  @Test
  void doesNothingTwiceAndMovesNoTag() throws Exception {
    Digest before = folder.image("twice/app", "twice", "1", "moved");
    adopt(false);
    Digest pushed = new TestImages(registry).image("twice/app", "pushed since", "moved");
    folder.image("twice/app", "came since", "2");
    lines.clear();

    assertThat(adopt(false)).isFalse();

    assertThat(pull("twice/app", "moved")).isEqualTo(pushed);
    assertThat(pull("twice/app", "1")).isEqualTo(before);
    assertThat(pull("twice/app", "2")).isNotNull();
    assertThat(lines)
        .contains(
            "skipped twice/app:moved: it points to "
                + pushed
                + " here already and stays; there it points to "
                + before)
        .anyMatch(line -> line.contains(": 1 tags, 1 manifests and 2 blobs adopted"))
        .noneMatch(line -> line.contains("twice created"));
  }

  @Test
  void skipsWhatIsDamagedAndSaysWhy() throws Exception {
    Digest whole = folder.image("dirt/app", "whole", "whole");
    Digest missing = folder.image("dirt/app", "missing", "missing");
    Files.delete(folder.data(DistributionFolder.digest("missing")));
    Digest damaged = folder.image("dirt/app", "damaged", "damaged");
    Files.writeString(folder.data(DistributionFolder.digest("damaged")), "DAMAGED");
    Digest cut = folder.image("dirt/app", "cut");
    Files.writeString(folder.data(cut), "{");
    Digest empty = folder.image("dirt/app", "empty link");
    Files.writeString(folder.revision("dirt/app", empty), "");
    Digest deleted = folder.image("dirt/app", "deleted", "deleted");
    Files.delete(folder.revision("dirt/app", deleted));
    Digest old = folder.manifest("dirt/app", "{\"schemaVersion\": 1, \"name\": \"dirt/app\"}");
    Digest partial = folder.index("dirt/app", "partial", whole, missing);
    DistributionFolder.write(folder.tag("dirt/app", "torn"), "sha256:12");
    Files.createDirectories(folder.tag("dirt/app", "nothing").resolve(".."));
    folder.image("dirt/UPPER", "whole", "1");

    assertThat(adopt(false)).isFalse();

    assertThat(pull("dirt/app", "whole")).isEqualTo(whole);
    assertThat(skipped("dirt/app@" + missing)).contains("blob", "is not in the storage");
    assertThat(skipped("dirt/app:missing")).contains("is not there, or was skipped");
    assertThat(skipped("dirt/app@" + damaged)).contains("is damaged: its bytes have the digest");
    assertThat(skipped("dirt/app@" + cut)).contains("it is damaged: its bytes have the digest");
    assertThat(skipped("dirt/app@" + empty)).contains("its link is damaged: it holds nothing");
    assertThat(skipped("dirt/app@" + old)).contains("the manifest");
    assertThat(skipped("dirt/app@" + partial)).contains("does not have: " + missing);
    assertThat(skipped("dirt/app:torn")).contains("its link is damaged: it holds 'sha256:12'");
    assertThat(skipped("dirt/app:nothing")).contains("it has no link");
    assertThat(skipped("dirt/app:deleted")).contains("is not there");
    assertThat(skipped("dirt/UPPER")).contains("is not a repository name");
    assertThat(lines).noneMatch(line -> line.startsWith("skipped dirt/app@" + deleted));
    assertThat(blob("dirt/app", DistributionFolder.digest("damaged")).statusCode()).isEqualTo(404);

    Files.writeString(folder.data(DistributionFolder.digest("missing")), "missing");
    lines.clear();
    adopt(false);
    assertThat(pull("dirt/app", "partial")).isEqualTo(partial);
    assertThat(pull("dirt/app", "missing")).isEqualTo(missing);
  }

  @Test
  void keepsToTheProjectsQuota() throws Exception {
    admin.post("/projects", "{\"project_name\": \"small\", \"storage_limit\": 100}").require(201);
    folder.image("small/app", "x".repeat(200), "1");

    assertThat(adopt(false)).isFalse();

    assertThat(lines)
        .anyMatch(line ->
            line.startsWith("skipped small/app@")
                && line.contains("will exceed the configured upper limit"));
  }

  @Test
  void saysWhereItLookedInVain() {
    Settings elsewhere =
        settings(Map.of("BREAKWATER_STORAGE_FILESYSTEM_ROOT", data + "/elsewhere"));

    assertThatThrownBy(
            () -> AdoptionCommand.run(elsewhere, options(false), lines::add, Clock.systemUTC()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no repository of another registry", "elsewhere");
  }

  private boolean adopt(boolean isPublic) throws IOException {
    return AdoptionCommand.run(
        settings(Map.of()), options(isPublic), lines::add, Clock.systemUTC());
  }

  private static AdoptionOptions options(boolean isPublic) {
    return new AdoptionOptions(LIBRARY, isPublic, true, 1L << 30);
  }

  private static Settings settings(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("BREAKWATER_DATA_DIR", data.toString());
    return SettingsLoader.load(Optional.empty(), Optional.empty(), environment).settings();
  }

  private String skipped(String what) {
    return lines.stream()
        .filter(line -> line.startsWith("skipped " + what + ": "))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing about " + what + " in " + lines));
  }

  private static Digest pull(String repository, String reference) throws Exception {
    HttpResponse<byte[]> answer =
        registry.send("GET", "/v2/" + repository + "/manifests/" + reference, new byte[0]);
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
    return DistributionFolder.digest(new String(answer.body(), UTF_8));
  }

  private static HttpResponse<byte[]> blob(String repository, Digest digest) throws Exception {
    return registry.send("GET", "/v2/" + repository + "/blobs/" + digest, new byte[0]);
  }
}
