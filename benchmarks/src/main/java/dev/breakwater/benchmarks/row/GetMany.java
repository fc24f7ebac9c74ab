package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The same GET again and again.
 *
 * @param cpuSeconds of the registry's whole process tree
 */
record GetMany(Wrk run, double cpuSeconds) {
  static final int CONNECTIONS = 32;
  static final Metric RATE = new Metric("requestsPerSecond", "requests/s", 0);
  static final Metric CPU = new Metric("cpuSecondsPer10000", "CPU s per 10,000", 2);
  static final Metric P99 = new Metric("p99Millis", "p99 ms", 1);

  /**
   * @param path in the repository, such as {@code manifests/latest}
   */
  static GetMany run(
      RunningRegistry registry, String repository, String path, int connections, Duration duration)
      throws IOException, InterruptedException {
    Map<String, String> headers = new HashMap<>(Names.authorization(registry, repository));
    headers.put("Accept", Image.MANIFEST_TYPE);
    String url = registry.endpoint().url("/v2/" + repository + "/" + path);
    double cpu = registry.tree().cpuSeconds();
    Wrk run = Wrk.get(url, headers, connections, duration);
    return new GetMany(run, registry.tree().cpuSeconds() - cpu);
  }

  Map<Metric, Double> values() {
    return Map.of(RATE, run.perSecond(), CPU, cpuPer10000(), P99, run.p99Millis());
  }

  double cpuPer10000() {
    return cpuSeconds / run.requests() * 10_000;
  }

  List<String> reasons() {
    return run.failed() == 0 ? List.of() : List.of(run.failed() + " requests without a 2xx answer");
  }
}
