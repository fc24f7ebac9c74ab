package dev.breakwater.e2e;

import static dev.breakwater.e2e.JsonText.number;
import static dev.breakwater.e2e.JsonText.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What docker pushed, managed through the API, as docker sees it then. */
@ExtendWith(SharedBreakwater.class)
final class ManagedDockerIT {
  private static final String PROJECTS = "/api/v2.0/projects/";

  @TempDir private static Path directory;
  private static DockerEngine engine;

  private RegistryClient admin;
  private String registry;

  @BeforeAll
  static void startEngine() throws IOException {
    engine = DockerEngine.start(directory);
    engine.importBusybox();
  }

  @AfterAll
  static void stopEngine() {
    if (engine != null) {
      engine.close();
    }
  }

  @BeforeEach
  void logIn(BreakwaterProcess breakwater) throws IOException {
    admin = breakwater.admin();
    registry = breakwater.registry();
    engine.login(registry, "admin", breakwater.adminPassword());
  }

  @Test
  void listsLabelsCopiesDeletesAndBringsBackWhatDockerPushed() {
    assertThat(admin.createProject("docker-source", false)).isEqualTo(201);
    assertThat(admin.createProject("docker-target", false)).isEqualTo(201);
    String first = push("docker-source/app:v1", DockerEngine.BUSYBOX);
    String second = push("docker-source/app:v2", engine.variant("second"));
    String artifacts = PROJECTS + "docker-source/repositories/app/artifacts";

    assertThat(first).isNotEqualTo(second);
    assertThat(admin.api("GET", artifacts + "?with_tag=true", ""))
        .contains(first, second, "\"name\":\"v1\"", "\"name\":\"v2\"", "\"type\":\"IMAGE\"");
    assertThat(admin.api("GET", artifacts + "/v1/tags", ""))
        .contains("\"name\":\"v1\"")
        .doesNotContain("\"name\":\"v2\"");

    long label = label("docker-source", "released");
    admin.api("POST", artifacts + "/v1/labels", "{\"id\": " + label + "}");
    assertThat(admin.api("GET", artifacts + "?with_label=true&q=labels%3D(" + label + ")", ""))
        .contains(first, "released")
        .doesNotContain(second);

    String copies = PROJECTS + "docker-target/repositories/copy/artifacts";
    admin.api("POST", copies + "?from=docker-source/app:v1", "");
    assertThat(pull("docker-target/copy:v1")).contains("Digest: " + first);
    assertThat(engine.run(image("docker-target/copy:v1"), "/bin/echo", "copied"))
        .isEqualTo("copied\n");

    admin.api("DELETE", artifacts + "/v1", "");
    engine.forget(image("docker-source/app:v1"));
    assertThat(engine.docker("pull", image("docker-source/app:v1")).fail())
        .contains("docker-source/app:v1 not found: manifest unknown");
    assertThat(pull("docker-target/copy:v1")).contains("Digest: " + first);

    admin.api(
        "POST",
        PROJECTS + "docker-source/repositories/app/deleted-artifacts/" + first + "/restoration",
        "");
    assertThat(pull("docker-source/app:v1")).contains("Digest: " + first);
    assertThat(admin.api("GET", artifacts + "/v1?with_label=true", "")).contains("released");
  }

  @Test
  void takesBackAPushThatMovedATag() {
    assertThat(admin.createProject("docker-moved", false)).isEqualTo(201);
    String first = push("docker-moved/app:latest", DockerEngine.BUSYBOX);
    String second = push("docker-moved/app:latest", engine.variant("moved"));
    String history = PROJECTS + "docker-moved/repositories/app/tag-history";

    String changes = admin.api("GET", history + "?tag=latest", "");
    assertThat(text(changes, "old_digest")).isEqualTo(first);
    assertThat(text(changes, "new_digest")).isEqualTo(second);
    admin.api("POST", history + "/" + number(changes, "id") + "/undo", "");

    assertThat(pull("docker-moved/app:latest")).contains("Digest: " + first);
  }

  private String image(String name) {
    return registry + "/" + name;
  }

  /** The digest that docker tells. */
  private String push(String name, String image) {
    engine.docker("tag", image, image(name)).succeed();
    String output = engine.docker("push", image(name)).succeed();
    return output.replaceFirst("(?s).*digest: (sha256:[0-9a-f]{64}).*", "$1");
  }

  private String pull(String name) {
    return engine.docker("pull", image(name)).succeed();
  }

  private long label(String project, String name) {
    long id = number(admin.api("GET", PROJECTS + project, ""), "project_id");
    admin.api(
        "POST",
        "/api/v2.0/labels",
        "{\"name\": \"%s\", \"scope\": \"p\", \"project_id\": %d}".formatted(name, id));
    return number(admin.api("GET", "/api/v2.0/labels?scope=p&project_id=" + id, ""), "id");
  }
}
