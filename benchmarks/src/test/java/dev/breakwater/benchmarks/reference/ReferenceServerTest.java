package dev.breakwater.benchmarks.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.Reference;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceServerTest {
  private static final String REPOSITORY = "library/app";

  @Test
  void takesAndGivesImages(@TempDir Path folder) throws IOException, InterruptedException {
    Image image = Image.random(new SplittableRandom(1), 2, 300_000);
    String layer = Image.digest(image.layers().getFirst());
    Reference product = new Reference();
    try (RunningRegistry registry = RunningRegistry.start(product, folder);
        RegistryClient client = registry.client().authorize(REPOSITORY)) {
      image.push(client, REPOSITORY, "latest");
      image.pushed().pull(client, REPOSITORY, "latest");
      image.pushed().pushAgain(client, REPOSITORY, "again");

      assertThat(client.getBlob(REPOSITORY, layer).bytes()).isEqualTo(image.layers().getFirst());
      assertThat(product.blob(folder, REPOSITORY, layer)).exists();
      assertThat(registry.tree().bytesWritten()).isPositive();
    }
  }

  @Test
  void refusesBytesThatAreNotThoseOfTheDigest(@TempDir Path folder)
      throws IOException, InterruptedException {
    String digest = Image.digest(new byte[] {1});
    try (RunningRegistry registry = RunningRegistry.start(new Reference(), folder);
        RegistryClient client = registry.client().authorize(REPOSITORY)) {
      boolean believed = client.lies(REPOSITORY, digest, new Body.FromBytes(new byte[] {2}));

      assertThat(believed).isFalse();
      assertThat(client.hasBlob(REPOSITORY, digest)).isFalse();
      assertThat(Files.exists(new Reference().blob(folder, REPOSITORY, digest))).isFalse();
    }
  }
}
