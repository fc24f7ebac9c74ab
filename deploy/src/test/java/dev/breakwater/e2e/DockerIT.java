package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Docker's engine and command line, over plain HTTP and over TLS. */
@ExtendWith(SharedBreakwater.class)
final class DockerIT {
  @TempDir private static Path directory;
  private static DockerEngine engine;

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

  @Test
  void pushesPullsAndRunsAnImageOverPlainHttp(BreakwaterProcess breakwater) throws IOException {
    engine.login(breakwater.registry(), "admin", breakwater.adminPassword());

    pushPullAndRun(breakwater.registry() + "/library/" + DockerEngine.BUSYBOX);
  }

  @Test
  void pullsAPublicImageWithoutLogin(BreakwaterProcess breakwater) throws IOException {
    String image = breakwater.registry() + "/library/public:1";
    engine.login(breakwater.registry(), "admin", breakwater.adminPassword());
    engine.docker("tag", DockerEngine.BUSYBOX, image).succeed();
    engine.docker("push", image).succeed();

    engine.docker("logout", breakwater.registry()).succeed();
    engine.forget(image);

    engine.docker("pull", image).succeed();
    assertThat(engine.docker("push", image).fail()).containsAnyOf("denied", "unauthorized");
  }

  @Test
  void isToldThatATagIsImmutable(BreakwaterProcess breakwater) throws IOException {
    RegistryClient admin = breakwater.admin();
    assertThat(admin.createProject("fixed", false)).isEqualTo(201);
    String image = breakwater.registry() + "/fixed/app:1";
    engine.login(breakwater.registry(), "admin", breakwater.adminPassword());
    engine.docker("tag", DockerEngine.BUSYBOX, image).succeed();
    engine.docker("push", image).succeed();
    String artifact = "/api/v2.0/projects/fixed/repositories/app/artifacts/1";
    assertThat(admin.api("GET", artifact, "")).contains("\"type\":\"IMAGE\"");
    admin.api(
        "POST",
        "/api/v2.0/projects/fixed/immutabletagrules",
        """
        {"tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "**"}]}
        """);
    Crane crane = Crane.loggedIn(breakwater, directory);
    crane.pushImage(breakwater.registry() + "/library/another:1", "another");
    engine.docker("pull", breakwater.registry() + "/library/another:1").succeed();
    engine.docker("tag", breakwater.registry() + "/library/another:1", image).succeed();

    String refused = engine.docker("push", image).fail();

    assertThat(refused).contains("app:1").containsIgnoringCase("immutable");
  }

  @Test
  void isRefusedWithAWrongPassword(BreakwaterProcess breakwater) throws IOException {
    Path password = Files.writeString(directory.resolve("wrong"), "not-the-password");

    String answer =
        engine
            .docker("login", "--username", "admin", "--password-stdin", breakwater.registry())
            .input(password)
            .fail();

    assertThat(answer).containsIgnoringCase("unauthorized");
  }

  @Test
  void trustsTlsByItsCertificateFolder(@TempDir Path home) throws IOException {
    Certificate certificate = Certificate.of(DockerEngine.TLS_HOST, home);
    try (BreakwaterProcess breakwater =
        BreakwaterProcess.in(home)
            .withTls(
                DockerEngine.TLS_HOST,
                DockerEngine.TLS_ADDRESS,
                certificate.certificate(),
                certificate.key())
            .start()) {
      String image = breakwater.registry() + "/library/" + DockerEngine.BUSYBOX;

      assertThat(engine.docker("pull", image).fail()).contains("x509");
      engine.trust(breakwater.registry(), certificate.certificate());
      engine.login(breakwater.registry(), "admin", breakwater.adminPassword());

      pushPullAndRun(image);
    }
  }

  private static void pushPullAndRun(String image) {
    engine.docker("tag", DockerEngine.BUSYBOX, image).succeed();
    String pushed = engine.docker("push", image).succeed();
    engine.forget(image);
    engine.docker("pull", image).succeed();

    assertThat(pushed).contains("digest: sha256:");
    assertThat(engine.run(image, "/bin/echo", "hello")).isEqualTo("hello\n");
  }
}
