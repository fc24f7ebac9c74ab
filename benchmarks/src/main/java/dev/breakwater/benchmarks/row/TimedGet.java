package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.Connection;
import dev.breakwater.benchmarks.report.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A request whose time counts.
 *
 * @param path makes the path from a number, another one each time
 * @param numbers that one goes from 1 to this
 */
record TimedGet(String what, IntFunction<String> path, int numbers) {
  /** Has no divisor in common with the greatest numbers that are asked for. */
  private static final int STEP = 37;

  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int FEW = 10;

  /**
   * @param path with a {@code %d} where the number stands
   */
  TimedGet(String what, String path, int numbers) {
    this(what, number -> String.format(Locale.ROOT, path, number), numbers);
  }

  Metric median() {
    return new Metric(key() + "Median", what + ": p50 ms", 1);
  }

  Metric slowest() {
    return new Metric(key() + "P99", what + ": p99 ms", 1);
  }

  /** Asks one after the other; less often what takes long. */
  Map<Metric, Double> time(Connection connection, String authorization, int times)
      throws IOException {
    Map<String, String> headers = Map.of("Authorization", authorization);
    double[] millis = new double[times];
    long end = System.nanoTime() + PATIENCE.toNanos();
    int asked = 0;
    while (asked < times && (asked < FEW || System.nanoTime() < end)) {
      String target = path.apply(asked * STEP % numbers + 1);
      long begin = System.nanoTime();
      connection.send("GET", target, headers, Body.NONE).expect(200);
      millis[asked++] = (System.nanoTime() - begin) / 1e6;
    }
    Arrays.sort(millis, 0, asked);
    return Map.of(median(), millis[asked / 2], slowest(), millis[asked * 99 / 100]);
  }

  private String key() {
    StringBuilder key = new StringBuilder();
    for (String word : what.replaceAll("[^A-Za-z0-9 ]", "").split(" +")) {
      key.append(key.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return key.toString();
  }
}
