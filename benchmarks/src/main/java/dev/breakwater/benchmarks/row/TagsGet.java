package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a tag costs that has many others beside it: nothing more than one that is alone. The others
 * would take an hour to fill with 100,000 and to be cleared away.
 */
public final class TagsGet implements Row.Shared {
  private static final int ALONE = 1;

  private static final Metric ONE = new Metric("oneTag", "one tag: requests/s", 0);
  private static final Metric SOME = new Metric("someTags", "5,000 tags: requests/s", 0);
  private static final Metric MANY = new Metric("manyTags", "100,000 tags: requests/s", 0);
  private static final Metric SOME_RATIO = new Metric("someRatio", "5,000 / one", 2);
  private static final Metric MANY_RATIO = new Metric("manyRatio", "100,000 / one", 2);
  private static final Metric SOME_CPU = new Metric("someCpu", "5,000 tags: CPU s per 10,000", 2);
  private static final Metric MANY_CPU = new Metric("manyCpu", "100,000 tags: CPU s per 10,000", 2);

  private final Set<String> withMany = new HashSet<>();

  @Override
  public String name() {
    return "manifest-get-tags";
  }

  @Override
  public String title() {
    return "GET of a manifest by its tag in a repository with one tag, with 5,000 and with 100,000,"
        + " by turns, "
        + GetMany.CONNECTIONS
        + " connections";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(ONE, SOME, SOME_CPU, SOME_RATIO, MANY, MANY_CPU, MANY_RATIO);
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        new Goal.AtLeastTimesBest(4, SOME),
        new Goal.AtLeast(0.9, SOME_RATIO),
        new Goal.AtLeastTimesBest(4, MANY, SOME),
        new Goal.AtLeast(0.9, MANY_RATIO),
        new Goal.NoFailure());
  }

  @Override
  public void prepare(RunningRegistry registry) throws IOException, InterruptedException {
    ManyTags.push(registry, ALONE);
    ManyTags.push(registry, ManyTags.SOME);
    if (registry.product() instanceof Breakwater && withMany.add(registry.name())) {
      String repository = ManyTags.repository(ManyTags.MANY);
      ManyTags.pushFirst(registry, repository);
      ManyTags.add(registry, repository, 1, ManyTags.MANY);
    }
  }

  @Override
  public Sample visit(RunningRegistry registry, Duration duration)
      throws IOException, InterruptedException {
    Duration each = duration.dividedBy(2);
    GetMany one = get(registry, ALONE, each);
    GetMany some = get(registry, ManyTags.SOME, each);
    List<String> reasons = new ArrayList<>(one.reasons());
    reasons.addAll(some.reasons());
    long failed = one.run().failed() + some.run().failed();
    Map<Metric, Double> values = new HashMap<>();
    values.put(ONE, one.run().perSecond());
    values.put(SOME, some.run().perSecond());
    values.put(SOME_CPU, some.cpuPer10000());
    values.put(SOME_RATIO, some.run().perSecond() / one.run().perSecond());
    if (withMany.contains(registry.name())) {
      GetMany many = get(registry, ManyTags.MANY, each);
      reasons.addAll(many.reasons());
      failed += many.run().failed();
      values.put(MANY, many.run().perSecond());
      values.put(MANY_CPU, many.cpuPer10000());
      values.put(MANY_RATIO, many.run().perSecond() / one.run().perSecond());
    }
    return new Sample(values, failed, reasons);
  }

  private static GetMany get(RunningRegistry registry, int tags, Duration duration)
      throws IOException, InterruptedException {
    return GetMany.run(
        registry,
        ManyTags.repository(tags),
        "manifests/" + ManyTags.tag(tags / 2),
        GetMany.CONNECTIONS,
        duration);
  }
}
