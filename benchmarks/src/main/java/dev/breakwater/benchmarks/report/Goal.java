package dev.breakwater.benchmarks.report;

import java.util.Locale;
import java.util.Optional;

/** What Breakwater has to reach in a row. Medians are compared. */
public sealed interface Goal {
  /** Empty when the run did not measure what it takes. */
  Optional<Verdict> judge(Results results);

  /** At least so many times what another registry reached in the same run. */
  record AtLeastTimes(double factor, String peer, Metric metric) implements Goal {
    @Override
    public Optional<Verdict> judge(Results results) {
      Optional<Spread> ours = results.spread(Verdict.OURS, metric);
      Optional<Spread> theirs = results.spread(peer, metric);
      if (ours.isEmpty() || theirs.isEmpty() || theirs.get().median() == 0) {
        return Optional.empty();
      }
      double ratio = ours.get().median() / theirs.get().median();
      return Optional.of(
          new Verdict(
              metric.heading() + " / that of " + peer,
              String.format(Locale.ROOT, ">= %.1f", factor),
              String.format(Locale.ROOT, "%.2f", ratio),
              ratio >= factor));
    }
  }

  /** At least a fixed value. */
  record AtLeast(double bound, Metric metric) implements Goal {
    @Override
    public Optional<Verdict> judge(Results results) {
      return results
          .spread(Verdict.OURS, metric)
          .map(ours -> {
            String format = "%,." + metric.decimals() + "f";
            return new Verdict(
                metric.heading(),
                ">= " + String.format(Locale.ROOT, format, bound),
                String.format(Locale.ROOT, format, ours.median()),
                ours.median() >= bound);
          });
    }
  }

  /** At most a fixed value. */
  record AtMost(double bound, Metric metric) implements Goal {
    @Override
    public Optional<Verdict> judge(Results results) {
      return results
          .spread(Verdict.OURS, metric)
          .map(ours -> {
            String format = "%,." + metric.decimals() + "f";
            return new Verdict(
                metric.heading(),
                "<= " + String.format(Locale.ROOT, format, bound),
                String.format(Locale.ROOT, format, ours.median()),
                ours.median() <= bound);
          });
    }
  }

  /** Not one request fails. */
  record NoFailure() implements Goal {
    @Override
    public Optional<Verdict> judge(Results results) {
      if (!results.registries().contains(Verdict.OURS)) {
        return Optional.empty();
      }
      long failed = results.failed(Verdict.OURS);
      return Optional.of(new Verdict("failures", "0", Long.toString(failed), failed == 0));
    }
  }
}
