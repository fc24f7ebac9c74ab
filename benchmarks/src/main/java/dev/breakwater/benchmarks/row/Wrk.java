package dev.breakwater.benchmarks.row;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run of wrk.
 *
 * @param requests how many were answered
 * @param p99Millis how long all but one in a hundred took at most
 * @param failed without an answer, or with one that was not a success
 */
record Wrk(long requests, double perSecond, double p99Millis, long failed) {
  private static final int THREADS = 2;
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
  private static final Pattern P99 = Pattern.compile("99%\\s+([\\d.]+)(us|ms|s|m)");
  private static final Pattern REFUSED = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
  private static final Pattern BROKEN =
      Pattern.compile("connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

  static Wrk get(String url, Map<String, String> headers, int connections, Duration duration)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "wrk",
                "--threads",
                Integer.toString(Math.min(THREADS, connections)),
                "--connections",
                Integer.toString(connections),
                "--duration",
                Math.max(1, duration.toSeconds()) + "s",
                "--latency"));
    headers.forEach((name, value) -> command.addAll(List.of("--header", name + ": " + value)));
    command.add(url);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("wrk failed: " + output.strip());
    }
    return parse(output);
  }

  static Wrk parse(String output) throws IOException {
    Matcher p99 = find(P99, output);
    double millis =
        Double.parseDouble(p99.group(1))
            * switch (p99.group(2)) {
              case "us" -> 0.001;
              case "ms" -> 1;
              case "s" -> 1000;
              default -> 60_000;
            };
    long failed = 0;
    Matcher refused = REFUSED.matcher(output);
    if (refused.find()) {
      failed += Long.parseLong(refused.group(1));
    }
    Matcher broken = BROKEN.matcher(output);
    if (broken.find()) {
      for (int i = 1; i <= broken.groupCount(); i++) {
        failed += Long.parseLong(broken.group(i));
      }
    }
    return new Wrk(
        Long.parseLong(find(REQUESTS, output).group(1)),
        Double.parseDouble(find(RATE, output).group(1)),
        millis,
        failed);
  }

  private static Matcher find(Pattern pattern, String output) throws IOException {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new IOException("wrk said something unexpected: " + output.strip());
    }
    return matcher;
  }
}
