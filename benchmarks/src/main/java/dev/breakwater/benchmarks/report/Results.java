package dev.breakwater.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The samples of one row, by registry, in the order of the visits. */
public final class Results {
  private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

  public void add(String registry, Sample sample) {
    samples.computeIfAbsent(registry, _ -> new ArrayList<>()).add(sample);
  }

  public List<String> registries() {
    return List.copyOf(samples.keySet());
  }

  List<Sample> samples(String registry) {
    return List.copyOf(samples.getOrDefault(registry, List.of()));
  }

  Optional<Spread> spread(String registry, Metric metric) {
    List<Double> values =
        samples(registry).stream()
            .map(sample -> Optional.ofNullable(sample.values().get(metric)))
            .flatMap(Optional::stream)
            .toList();
    return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
  }

  long failed(String registry) {
    return samples(registry).stream().mapToLong(Sample::failed).sum();
  }

  List<String> reasons(String registry) {
    return samples(registry).stream()
        .flatMap(sample -> sample.reasons().stream())
        .distinct()
        .limit(5)
        .toList();
  }
}
