package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Cosign: signatures beside the image, as referrers and, as older ones do, by a tag. */
@ExtendWith(SharedBreakwater.class)
final class CosignIT {
  @TempDir private Path directory;
  private Crane crane;
  private String image;

  @BeforeEach
  void pushAnImageAndMakeKeys(BreakwaterProcess breakwater, TestInfo test) throws IOException {
    crane = Crane.loggedIn(breakwater, directory);
    String tag = breakwater.registry() + "/library/signed:1";
    // Another one for each test: the same would have the signatures of the test before.
    crane.pushImage(tag, "to be signed: " + test.getDisplayName());
    image = breakwater.registry() + "/library/signed@" + crane.digest(tag);
    cosign("generate-key-pair").succeed();
  }

  @Test
  void signsAndVerifiesByAReferrer() {
    cosign("sign", "--key", "cosign.key", "--yes").append(offline()).append(image).succeed();

    assertThat(verify(directory.resolve("cosign.pub")).succeed()).contains(digest());
  }

  @Test
  void signsAndVerifiesByATag() {
    cosign("sign", "--key", "cosign.key", "--yes", "--new-bundle-format=false")
        .append("--registry-referrers-mode=legacy")
        .append(offline())
        .append(image)
        .succeed();

    assertThat(crane.run("ls", image.replaceFirst("@.*", "")).succeed())
        .contains(digest().replace(':', '-') + ".sig");
    assertThat(verify(directory.resolve("cosign.pub")).succeed()).contains(digest());
  }

  @Test
  void doesNotVerifyWithAnotherKey() throws IOException {
    cosign("sign", "--key", "cosign.key", "--yes").append(offline()).append(image).succeed();
    Path others = Files.createDirectory(directory.resolve("others"));
    cosign("generate-key-pair").in(others).succeed();

    verify(others.resolve("cosign.pub")).fail();
  }

  private String digest() {
    return image.substring(image.indexOf('@') + 1);
  }

  private Command verify(Path key) {
    return cosign("verify", "--key", key, "--insecure-ignore-tlog=true")
        .append("--allow-http-registry", image);
  }

  /** No transparency log, no time stamps: this machine has no internet. */
  private static Object[] offline() {
    return new Object[] {
      "--use-signing-config=false", "--tlog-upload=false", "--allow-http-registry"
    };
  }

  private Command cosign(Object... words) {
    return Command.client("cosign", words)
        .in(directory)
        .with("COSIGN_PASSWORD", "")
        .with("DOCKER_CONFIG", directory.resolve("crane"))
        .with("HOME", directory);
  }
}
