package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program with its blobs in a cloud's own store, by the library that it ships for it. */
class AzureStoreIT {
  private static final int MIB = 1 << 20;

  @TempDir private Path directory;

  @Test
  void pushesAndPulls() throws IOException {
    try (AzureStore store = AzureStore.start(directory);
        BreakwaterProcess breakwater = store.serve(BreakwaterProcess.in(directory)).start()) {
      Crane crane = Crane.loggedIn(breakwater, directory);
      String image = breakwater.registry() + "/library/app:1";
      crane.pushImage(image, "kept in a cloud");
      byte[] large = new byte[20 * MIB];
      new Random(1).nextBytes(large);
      RegistryClient admin = breakwater.admin();

      assertThat(crane.run("validate", "--remote", image).succeed()).contains("PASS");
      assertThat(admin.pushBlobInParts("library/app", large, 7 * MIB)).isEqualTo(201);
      assertThat(admin.blob("library/app", RegistryClient.digest(large)).body()).isEqualTo(large);
      assertThat(breakwater.subcommand("storage", "verify", "--rehash").succeed())
          .contains("0 damaged");
    }
  }
}
