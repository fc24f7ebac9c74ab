package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A page of a long list of tags, which a registry should find without reading the list. */
public final class TagPage implements Row.Shared {
  private static final int PAGE = 100;

  @Override
  public String name() {
    return "tag-page";
  }

  @Override
  public String title() {
    return "GET of "
        + PAGE
        + " tags in the middle of 5,000, "
        + GetMany.CONNECTIONS
        + " connections";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(GetMany.RATE, GetMany.CPU, GetMany.P99);
  }

  @Override
  public List<Goal> goals() {
    return List.of(new Goal.AtLeastTimesBest(8, GetMany.RATE), new Goal.NoFailure());
  }

  @Override
  public void prepare(RunningRegistry registry) throws IOException, InterruptedException {
    ManyTags.push(registry, ManyTags.SOME);
  }

  @Override
  public Sample visit(RunningRegistry registry, Duration duration)
      throws IOException, InterruptedException {
    GetMany got =
        GetMany.run(
            registry,
            ManyTags.repository(ManyTags.SOME),
            "tags/list?n=" + PAGE + "&last=" + ManyTags.tag(ManyTags.SOME / 2),
            GetMany.CONNECTIONS,
            duration);
    return new Sample(got.values(), got.run().failed(), got.reasons());
  }
}
