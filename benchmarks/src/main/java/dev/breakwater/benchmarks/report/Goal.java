package dev.breakwater.benchmarks.report;

import java.util.Comparator;
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
      return ratio(results, metric, peer, metric)
          .map(ratio ->
              new Verdict(
                  metric.heading() + " / that of " + peer,
                  String.format(Locale.ROOT, ">= %.1f", factor),
                  String.format(Locale.ROOT, "%.2f", ratio),
                  ratio >= factor));
    }
  }

  /**
   * At least so many times what the best of the others reached in the same run.
   *
   * @param theirs another metric where they were not given the same; usually it is
   */
  record AtLeastTimesBest(double factor, Metric metric, Metric theirs) implements Goal {
    public AtLeastTimesBest(double factor, Metric metric) {
      this(factor, metric, metric);
    }

    @Override
    public Optional<Verdict> judge(Results results) {
      return best(results, theirs, true)
          .flatMap(peer -> ratio(results, metric, peer, theirs).map(ratio -> verdict(peer, ratio)));
    }

    private Verdict verdict(String peer, double ratio) {
      String other = theirs.equals(metric) ? "that" : theirs.heading();
      return new Verdict(
          metric.heading() + " / " + other + " of " + peer,
          String.format(Locale.ROOT, ">= %.1f", factor),
          String.format(Locale.ROOT, "%.2f", ratio),
          ratio >= factor);
    }
  }

  /** At most so many times what the best of the others reached in the same run: less is better. */
  record AtMostTimesBest(double factor, Metric metric) implements Goal {
    @Override
    public Optional<Verdict> judge(Results results) {
      return best(results, metric, false)
          .flatMap(peer -> ratio(results, metric, peer, metric))
          .map(ratio ->
              new Verdict(
                  metric.heading() + " / that of " + best(results, metric, false).orElseThrow(),
                  String.format(Locale.ROOT, "<= %.1f", factor),
                  String.format(Locale.ROOT, "%.2f", ratio),
                  ratio <= factor));
    }
  }

  /**
   * A rate that the clients, which share the processors, may hold back: where all processors were
   * busy and the CPU goal is met, that decides.
   *
   * @param rate in operations or bytes per second
   * @param cpu what each of them may cost
   * @param busy how many processors were busy during the visits
   * @param processors how many there are
   */
  record UnlessBusy(Goal rate, Goal cpu, Metric busy, int processors) implements Goal {
    private static final double ALL = 0.9;

    @Override
    public Optional<Verdict> judge(Results results) {
      return rate.judge(results)
          .map(verdict -> verdict.met() ? verdict : excused(results, verdict));
    }

    private Verdict excused(Results results, Verdict missed) {
      boolean full =
          results
              .spread(Verdict.OURS, busy)
              .filter(spread -> spread.median() >= ALL * processors)
              .isPresent();
      boolean cheap = cpu.judge(results).filter(Verdict::met).isPresent();
      return full && cheap
          ? new Verdict(
              missed.what(),
              missed.required() + ", or the CPU goal",
              missed.measured() + ", all processors busy",
              true)
          : missed;
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

  private static Optional<Double> ratio(Results results, Metric metric, String peer, Metric peers) {
    Optional<Spread> ours = results.spread(Verdict.OURS, metric);
    Optional<Spread> theirs = results.spread(peer, peers);
    return ours.isEmpty() || theirs.isEmpty() || theirs.get().median() == 0
        ? Optional.empty()
        : Optional.of(ours.get().median() / theirs.get().median());
  }

  private static Optional<String> best(Results results, Metric metric, boolean mostIsBest) {
    Comparator<String> byMedian =
        Comparator.comparingDouble(
            peer -> results.spread(peer, metric).map(Spread::median).orElse(Double.NaN));
    return results.registries().stream()
        .filter(name -> !name.equals(Verdict.OURS))
        .filter(name -> results.spread(name, metric).isPresent())
        .max(mostIsBest ? byMedian : byMedian.reversed());
  }
}
