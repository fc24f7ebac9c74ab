package dev.breakwater.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoalTest {
  private static final Metric RATE = new Metric("rate", "requests/s", 0);

  private final Results results = new Results();

  @Test
  void comparesMedians() {
    add("breakwater", 100, 400, 420);
    add("distribution", 50, 100, 5000);

    assertThat(new Goal.AtLeastTimes(4, "distribution", RATE).judge(results))
        .hasValue(new Verdict("requests/s / that of distribution", ">= 4.0", "4.00", true));
    assertThat(new Goal.AtLeastTimes(4.1, "distribution", RATE).judge(results))
        .hasValueSatisfying(verdict -> assertThat(verdict.met()).isFalse());
  }

  @Test
  void saysNothingWithoutThePeer() {
    add("breakwater", 100);

    assertThat(new Goal.AtLeastTimes(4, "distribution", RATE).judge(results)).isEmpty();
  }

  @Test
  void missesABoundThatIsExceeded() {
    add("breakwater", 23);

    assertThat(new Goal.AtMost(22, RATE).judge(results))
        .hasValue(new Verdict("requests/s", "<= 22", "23", false));
  }

  @Test
  void missesWhenAnythingFailed() {
    results.add("breakwater", new Sample(Map.of(RATE, 1.0), 2, List.of("reset")));

    assertThat(new Goal.NoFailure().judge(results))
        .hasValue(new Verdict("failures", "0", "2", false));
  }

  @Test
  void comparesWithTheBestOfTheOthers() {
    add("breakwater", 400);
    add("docker-registry", 50);
    add("distribution", 100);
    results.add("zot", Sample.failure("away"));

    assertThat(new Goal.AtLeastTimesBest(4, RATE).judge(results))
        .hasValue(new Verdict("requests/s / that of distribution", ">= 4.0", "4.00", true));
    assertThat(new Goal.AtMostTimesBest(10, RATE).judge(results))
        .hasValue(new Verdict("requests/s / that of docker-registry", "<= 10.0", "8.00", true));
  }

  @Test
  void letsTheCpuDecideWhereAllProcessorsAreBusy() {
    Metric busy = new Metric("busy", "busy: cores", 2);
    Goal missed = new Goal.AtLeast(500, RATE);
    Goal cheap = new Goal.AtMost(400, RATE);
    results.add("breakwater", Sample.of(Map.of(RATE, 400.0, busy, 1.9)));

    assertThat(new Goal.UnlessBusy(missed, cheap, busy, 2).judge(results))
        .hasValue(
            new Verdict("requests/s", ">= 500, or the CPU goal", "400, all processors busy", true));
    assertThat(new Goal.UnlessBusy(missed, cheap, busy, 4).judge(results))
        .hasValue(new Verdict("requests/s", ">= 500", "400", false));
    assertThat(new Goal.UnlessBusy(missed, missed, busy, 2).judge(results))
        .hasValueSatisfying(verdict -> assertThat(verdict.met()).isFalse());
  }

  private void add(String registry, double... rates) {
    for (double rate : rates) {
      results.add(registry, Sample.of(Map.of(RATE, rate)));
    }
  }
}
