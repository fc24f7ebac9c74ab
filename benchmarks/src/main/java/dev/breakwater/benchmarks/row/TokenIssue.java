package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.client.Response;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import dev.breakwater.benchmarks.report.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tokens for pulling and pushing, asked for by name and password as every client does. */
public final class TokenIssue implements Row.Alone {
  private static final int CONNECTIONS = 32;
  private static final Duration VISIT = Duration.ofSeconds(8);
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final String TOKEN =
      "/service/token?service=breakwater-registry&scope=repository:"
          + Names.REPOSITORY
          + ":pull,push";
  private static final String ROBOT =
      """
      {"name": "bench", "level": "project", "duration": -1, "permissions":
       [{"kind": "project", "namespace": "library", "access":
         [{"resource": "repository", "action": "push"}]}]}
      """;
  private static final Pattern MEMBER = Pattern.compile("\"(name|secret)\"\\s*:\\s*\"([^\"]+)\"");
  private static final Metric USER = new Metric("userTokensPerSecond", "user: tokens/s", 0);
  private static final Metric ROBOTS = new Metric("robotTokensPerSecond", "robot: tokens/s", 0);
  private static final Metric CPU = new Metric("cpuSecondsPer10000", "CPU s per 10,000", 2);

  @Override
  public String name() {
    return "tokens";
  }

  @Override
  public String title() {
    return "tokens from the token service, for a user and for a robot, "
        + CONNECTIONS
        + " connections";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(USER, ROBOTS, CPU);
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        new Goal.AtLeast(6000, USER), new Goal.AtLeast(6000, ROBOTS), new Goal.NoFailure());
  }

  /** The others issue none. */
  @Override
  public List<Sample> run(Product product, Path folder, int rounds)
      throws IOException, InterruptedException {
    if (!product.name().equals(Verdict.OURS)) {
      return List.of();
    }
    List<Sample> samples = new ArrayList<>();
    try (RunningRegistry registry = RunningRegistry.start(product, folder);
        RegistryClient client = registry.client()) {
      String user = client.basic().orElseThrow();
      String robot = robot(client, user);
      ask(registry, user, WARM_UP);
      ask(registry, robot, WARM_UP);
      for (int round = 0; round < rounds; round++) {
        double cpu = registry.tree().cpuSeconds();
        Wrk users = ask(registry, user, VISIT);
        Wrk robots = ask(registry, robot, VISIT);
        cpu = registry.tree().cpuSeconds() - cpu;
        long failed = users.failed() + robots.failed();
        samples.add(
            new Sample(
                Map.of(
                    USER,
                    users.perSecond(),
                    ROBOTS,
                    robots.perSecond(),
                    CPU,
                    cpu / (users.requests() + robots.requests()) * 10_000),
                failed,
                failed == 0 ? List.of() : List.of("requests without a token")));
      }
    }
    return samples;
  }

  private static Wrk ask(RunningRegistry registry, String authorization, Duration duration)
      throws IOException, InterruptedException {
    return Wrk.get(
        registry.endpoint().url(TOKEN),
        Map.of("Authorization", authorization),
        CONNECTIONS,
        duration);
  }

  private static String robot(RegistryClient client, String admin) throws IOException {
    Response answer =
        client
            .connection()
            .send(
                "POST",
                "/api/v2.0/robots",
                Map.of("Authorization", admin, "Content-Type", "application/json"),
                new Body.FromBytes(ROBOT.getBytes(StandardCharsets.UTF_8)));
    String json = new String(answer.bytes(), StandardCharsets.UTF_8);
    String pair = member(json, "name") + ":" + member(json, "secret");
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static String member(String json, String name) throws IOException {
    Matcher matcher = MEMBER.matcher(json);
    while (matcher.find()) {
      if (matcher.group(1).equals(name)) {
        return matcher.group(2);
      }
    }
    throw new IOException("no " + name + " in the answer about a robot");
  }
}
