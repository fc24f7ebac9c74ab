package dev.breakwater.benchmarks.row;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GrowthTest {
  private static final Growth.Cost PULL = new Growth.Cost("pull", "pull: CPU µs", 0);

  @Test
  void comparesGreaterSizesWithTheBase() throws IOException, InterruptedException {
    Growth growth = new Growth("tags", List.of(1, 10, 100), List.of(PULL), Optional.of(10));
    List<Integer> grown = new ArrayList<>();

    List<Sample> samples = growth.run(2, 1, measure(grown));

    assertThat(grown).containsExactly(1, 10, 100);
    assertThat(samples).hasSize(2);
    assertThat(byKey(growth, samples.getFirst()))
        .isEqualTo(Map.of("pull1", 2.0, "pull10", 20.0, "pull100", 200.0, "pull100Ratio", 10.0));
    assertThat(growth.goals()).hasSize(2);
    assertThat(growth.curves().getFirst().points()).hasSize(3);
  }

  @Test
  void comparesNothingWithoutABase() {
    Growth growth = new Growth("connections", List.of(1, 10), List.of(PULL), Optional.empty());

    assertThat(growth.metrics()).extracting(Metric::key).containsExactly("pull1", "pull10");
  }

  private static Growth.Measure measure(List<Integer> grown) {
    return new Growth.Measure() {
      @Override
      public void grow(int size) {
        grown.add(size);
      }

      @Override
      public Map<Growth.Cost, Double> costs(int size) {
        return Map.of(PULL, 2.0 * size);
      }
    };
  }

  private static Map<String, Double> byKey(Growth growth, Sample sample) {
    return growth.metrics().stream().collect(Collectors.toMap(Metric::key, value(sample)));
  }

  private static Function<Metric, Double> value(Sample sample) {
    return metric -> sample.values().getOrDefault(metric, Double.NaN);
  }
}
