package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Helm's charts as OCI artifacts. */
@ExtendWith(SharedBreakwater.class)
final class HelmIT {
  @TempDir private Path directory;

  @Test
  void pushesAndPullsAChart(BreakwaterProcess breakwater) throws IOException {
    Path pulled = Files.createDirectory(directory.resolve("pulled"));
    helm("create", "anchor").succeed();
    helm("package", "anchor", "--version", "1.2.3").succeed();
    helm("registry", "login", "--plain-http", "--username", "admin")
        .append("--password", breakwater.adminPassword(), breakwater.registry())
        .succeed();

    helm("push", "--plain-http", "anchor-1.2.3.tgz")
        .append("oci://" + breakwater.registry() + "/library")
        .succeed();
    helm("pull", "--plain-http", "--version", "1.2.3", "--destination", pulled)
        .append("oci://" + breakwater.registry() + "/library/anchor")
        .succeed();

    assertThat(pulled.resolve("anchor-1.2.3.tgz"))
        .hasSameBinaryContentAs(directory.resolve("anchor-1.2.3.tgz"));
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
