package dev.breakwater.benchmarks.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerFileTest {
  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void tellsTheDigestOfEachLayerThatItBecomes(@TempDir Path folder) throws IOException {
    LayerFile layer = new LayerFile(folder.resolve("layer"), 2 * 1024 * 1024);
    layer.make(random);

    String first = layer.renew(random);
    assertThat(first).isEqualTo(Image.digest(Files.readAllBytes(layer.file())));

    String second = layer.renew(random);
    assertThat(second).isEqualTo(Image.digest(Files.readAllBytes(layer.file())));
    assertThat(second).isNotEqualTo(first);
    assertThat(Files.size(layer.file())).isEqualTo(layer.body().length());
  }
}
