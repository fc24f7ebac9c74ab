package dev.breakwater.e2e;

import static dev.breakwater.e2e.JsonText.number;
import static dev.breakwater.e2e.JsonText.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What real clients pushed, as the management API shows, copies, deletes and keeps it. */
@ExtendWith(SharedBreakwater.class)
final class ManagedArtifactsIT {
  private static final AtomicInteger PROJECTS = new AtomicInteger();

  @TempDir private Path directory;
  private RegistryClient admin;
  private Crane crane;
  private String registry;
  private String project;
  private String repositories;

  @BeforeEach
  void createAProject(BreakwaterProcess breakwater) throws IOException {
    admin = breakwater.admin();
    crane = Crane.loggedIn(breakwater, directory);
    project = "managed" + PROJECTS.incrementAndGet();
    registry = breakwater.registry() + "/" + project;
    repositories = "/api/v2.0/projects/" + project + "/repositories/";
    assertThat(admin.createProject(project, false)).isEqualTo(201);
  }

  @Test
  void copiesTagsDeletesAndBringsBackAnImage() throws IOException {
    String image = registry + "/app:v1";
    crane.pushImage(image, "managed");
    String digest = crane.digest(image);

    admin.api("POST", repositories + "copy/artifacts?from=" + project + "/app:v1", "");
    assertThat(crane.run("validate", "--remote", registry + "/copy:v1").succeed()).contains("PASS");
    assertThat(crane.digest(registry + "/copy@" + digest)).isEqualTo(digest);

    String artifact = repositories + "app/artifacts/v1";
    admin.api("POST", artifact + "/tags", "{\"name\": \"v2\"}");
    assertThat(crane.digest(registry + "/app:v2")).isEqualTo(digest);
    admin.api("DELETE", artifact + "/tags/v2", "");
    assertThat(crane.run("digest", registry + "/app:v2").fail()).contains("MANIFEST_UNKNOWN");

    String history = repositories + "app/tag-history";
    String changes = admin.api("GET", history + "?tag=v2", "");
    admin.api("POST", history + "/" + number(changes, "id") + "/undo", "");
    assertThat(crane.digest(registry + "/app:v2")).isEqualTo(digest);

    admin.api("DELETE", artifact, "");
    assertThat(crane.run("digest", image).fail()).contains("MANIFEST_UNKNOWN");
    admin.api("POST", repositories + "app/deleted-artifacts/" + digest + "/restoration", "");
    assertThat(crane.run("validate", "--remote", image).succeed()).contains("PASS");
  }

  @Test
  void copiesAnIndexWithItsImagesAndKeepsThemTogether() throws IOException {
    String index = registry + "/multi:index";
    crane.pushIndex(index);
    for (String platform : new String[] {"amd64", "arm64"}) {
      admin.api(
          "DELETE",
          repositories + "multi/artifacts/index-" + platform + "/tags/index-" + platform,
          "");
    }

    String listed = admin.api("GET", repositories + "multi/artifacts", "");
    assertThat(listed).contains("arm64").contains("\"references\"");
    String child = text(listed, "child_digest");
    assertThat(listed).as("children are hidden").doesNotContain("\"digest\":\"" + child);
    HttpResponse<byte[]> refused =
        admin.send("DELETE", repositories + "multi/artifacts/" + child, "");
    assertThat(refused.statusCode()).isEqualTo(412);

    crane.run("copy", index, registry + "/crane-copy:1").succeed();
    admin.api("POST", repositories + "api-copy/artifacts?from=" + project + "/multi:index", "");
    for (String copy : new String[] {"crane-copy:1", "api-copy:index"}) {
      assertThat(crane.digest(registry + "/" + copy)).isEqualTo(crane.digest(index));
      assertThat(crane.run("validate", "--remote", registry + "/" + copy).succeed())
          .contains("PASS");
    }
  }

  @Test
  void movesAccessoriesOfOrasWithTheirSubject(BreakwaterProcess breakwater) throws IOException {
    Path password = Files.writeString(directory.resolve("password"), breakwater.adminPassword());
    oras("login", "--plain-http", "--username", "admin", "--password-stdin")
        .append(breakwater.registry())
        .input(password)
        .succeed();
    Files.writeString(directory.resolve("content"), "content");
    Files.writeString(directory.resolve("sbom"), "bill of materials");
    oras("push", "--plain-http", registry + "/app:v1", "content:text/plain").succeed();
    oras("attach", "--plain-http", "--artifact-type", "application/vnd.example.sbom")
        .append(registry + "/app:v1", "sbom:application/octet-stream")
        .succeed();

    assertThat(accessories("app/artifacts/v1")).contains("subject.accessory");

    admin.api("POST", repositories + "copy/artifacts?from=" + project + "/app:v1", "");
    assertThat(accessories("copy/artifacts/v1")).contains("subject.accessory");
    assertThat(discover("/copy:v1")).contains("application/vnd.example.sbom");

    String accessory = text(accessories("app/artifacts/v1"), "digest");
    admin.api("DELETE", repositories + "app/artifacts/v1", "");
    assertThat(admin.manifest(project + "/app", accessory).statusCode()).isEqualTo(404);
    assertThat(admin.manifest(project + "/copy", accessory).statusCode()).isEqualTo(200);
  }

  @Test
  void readsAChartOfHelm(BreakwaterProcess breakwater) throws IOException {
    helm("create", "anchor").succeed();
    Path chart = directory.resolve("anchor");
    Files.writeString(chart.resolve("README.md"), "# The anchor chart\n");
    Files.writeString(
        chart.resolve("Chart.yaml"),
        """
        apiVersion: v2
        name: anchor
        description: Holds ships
        version: 1.2.3
        appVersion: "4.5"
        dependencies:
        - name: chain
          version: 0.1.0
          repository: ""
        """);
    Files.createDirectories(chart.resolve("charts/chain"));
    Files.writeString(
        chart.resolve("charts/chain/Chart.yaml"), "apiVersion: v2\nname: chain\nversion: 0.1.0\n");
    helm("package", "anchor").succeed();
    helm("registry", "login", "--plain-http", "--username", "admin")
        .append("--password", breakwater.adminPassword(), breakwater.registry())
        .succeed();
    helm("push", "--plain-http", "anchor-1.2.3.tgz", "oci://" + registry).succeed();

    String artifact = repositories + "anchor/artifacts/1.2.3";
    String found = admin.api("GET", artifact, "");
    String additions = artifact + "/additions/";

    assertThat(text(found, "type")).isEqualTo("CHART");
    assertThat(found).contains("\"extra_attrs\"").contains("Holds ships").contains("4.5");
    assertThat(admin.api("GET", additions + "values.yaml", ""))
        .isEqualTo(Files.readString(chart.resolve("values.yaml")));
    assertThat(admin.api("GET", additions + "readme.md", "")).isEqualTo("# The anchor chart\n");
    assertThat(admin.api("GET", additions + "dependencies", ""))
        .contains("chain")
        .contains("0.1.0");
    assertThat(new String(admin.get(additions + "build_history").body(), UTF_8))
        .contains("isn't supported for CHART");
  }

  @Test
  void showsSignaturesOfCosignAtTheirImage() throws IOException {
    cosign("generate-key-pair").succeed();
    crane.pushImage(registry + "/new:v1", "signed as a referrer");
    crane.pushImage(registry + "/old:v1", "signed by a tag");

    sign(registry + "/new@" + crane.digest(registry + "/new:v1"));
    sign(
        registry + "/old@" + crane.digest(registry + "/old:v1"),
        "--new-bundle-format=false",
        "--registry-referrers-mode=legacy");

    assertThat(accessories("new/artifacts/v1")).contains("signature.cosign");
    assertThat(accessories("old/artifacts/v1")).contains("signature.cosign");
    assertThat(
            Pattern.compile("\"media_type\"")
                .matcher(admin.api("GET", repositories + "old/artifacts", ""))
                .results()
                .count())
        .as("signatures are no artifacts of their own")
        .isEqualTo(1);
  }

  @Test
  void showsSignaturesThatCameBeforeTheirImage() throws IOException {
    cosign("generate-key-pair").succeed();
    for (String kind : new String[] {"referrer", "tag"}) {
      String origin = registry + "/origin-" + kind;
      String target = registry + "/target-" + kind;
      crane.pushImage(origin + ":v1", "signed before, by " + kind);
      String digest = crane.digest(origin + ":v1");
      if (kind.equals("tag")) {
        sign(
            origin + "@" + digest, "--new-bundle-format=false", "--registry-referrers-mode=legacy");
        String tag = digest.replace(':', '-') + ".sig";
        crane.run("copy", origin + ":" + tag, target + ":" + tag).succeed();
      } else {
        sign(origin + "@" + digest);
        String signature = text(accessories("origin-referrer/artifacts/v1"), "digest");
        crane.run("copy", origin + "@" + signature, target + "@" + signature).succeed();
      }
      assertThat(admin.manifest(project + "/target-" + kind, digest).statusCode()).isEqualTo(404);

      crane.run("copy", origin + ":v1", target + ":v1").succeed();

      assertThat(accessories("target-" + kind + "/artifacts/v1")).contains("signature.cosign");
      cosign("verify", "--key", "cosign.pub", "--insecure-ignore-tlog=true")
          .append("--allow-http-registry", target + "@" + digest)
          .succeed();
    }
  }

  @Test
  void refusesToMoveAnImmutableTag() throws IOException {
    crane.pushImage(registry + "/app:fixed", "first");
    String digest = crane.digest(registry + "/app:fixed");
    admin.api(
        "POST",
        "/api/v2.0/projects/" + project + "/immutabletagrules",
        """
        {"tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "fixed"}],
         "scope_selectors": {"repository":
          [{"kind": "doublestar", "decoration": "repoMatches", "pattern": "**"}]}}
        """);
    crane.pushImage(registry + "/app:other", "second");

    String refused = crane.run("copy", registry + "/app:other", registry + "/app:fixed").fail();

    assertThat(refused).contains("fixed").containsIgnoringCase("immutable");
    assertThat(crane.run("delete", registry + "/app:fixed").fail())
        .containsIgnoringCase("immutable");
    assertThat(crane.digest(registry + "/app:fixed")).isEqualTo(digest);
    crane.run("copy", registry + "/app:fixed", registry + "/app:fixed").succeed();
  }

  @Test
  void keepsTheLatestImagesByRetention() throws IOException {
    for (int n = 1; n <= 3; n++) {
      crane.pushImage(registry + "/app:v" + n, "number " + n);
    }
    long id = number(admin.api("GET", "/api/v2.0/projects/" + project, ""), "project_id");
    HttpResponse<byte[]> made =
        admin.send(
            "POST",
            "/api/v2.0/retentions",
            """
            {"algorithm": "or", "rules": [
              {"action": "retain", "template": "latestPushedK", "params": {"latestPushedK": 1},
               "tag_selectors":
                [{"kind": "doublestar", "decoration": "matches", "pattern": "**"}],
               "scope_selectors": {"repository":
                [{"kind": "doublestar", "decoration": "repoMatches", "pattern": "**"}]}}],
             "trigger": {"kind": "Schedule", "settings": {"cron": ""}, "references": {}},
             "scope": {"level": "project", "ref": %d}}
            """
                .formatted(id));
    String policy = made.headers().firstValue("Location").orElseThrow();

    admin.api("POST", policy + "/executions", "{\"dry_run\": false}");

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> crane.run("ls", registry + "/app").succeed().strip().equals("v3"));
    assertThat(crane.run("validate", "--remote", registry + "/app:v3").succeed()).contains("PASS");
  }

  private void sign(String image, Object... more) {
    cosign("sign", "--key", "cosign.key", "--yes", "--use-signing-config=false")
        .append("--tlog-upload=false", "--allow-http-registry")
        .append(more)
        .append(image)
        .succeed();
  }

  private String accessories(String artifact) {
    return admin.api("GET", repositories + artifact + "/accessories", "");
  }

  private String discover(String subject) {
    return oras("discover", "--plain-http", "--format", "tree", registry + subject).succeed();
  }

  private Command oras(Object... words) {
    return Command.client("oras", words).in(directory).with("DOCKER_CONFIG", directory);
  }

  private Command cosign(Object... words) {
    return Command.client("cosign", words)
        .in(directory)
        .with("COSIGN_PASSWORD", "")
        .with("DOCKER_CONFIG", directory.resolve("crane"))
        .with("HOME", directory);
  }

  private Command helm(Object... words) {
    return Command.client("helm", words)
        .in(directory)
        .with("HELM_REGISTRY_CONFIG", directory.resolve("helm.json"))
        .with("HELM_CACHE_HOME", directory.resolve("cache"))
        .with("HELM_CONFIG_HOME", directory.resolve("config"))
        .with("HELM_DATA_HOME", directory.resolve("data"));
  }
}
