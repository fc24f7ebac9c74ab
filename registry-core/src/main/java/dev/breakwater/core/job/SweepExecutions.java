package dev.breakwater.core.job;

import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Removes old executions with their tasks and logs, so that the latest of each owner are left. */
public final class SweepExecutions implements JobHandler {
  private static final int BATCH = 100;
  private static final int USUAL = 50;
  private static final Map<String, Integer> OTHERS =
      Map.of(JobKind.PURGE_AUDIT_LOG.name(), 10, JobKind.EXECUTION_SWEEP.name(), 10);

  private final JobRepository jobs;

  public SweepExecutions(JobRepository jobs) {
    this.jobs = jobs;
  }

  @Override
  public JobKind kind() {
    return JobKind.EXECUTION_SWEEP;
  }

  @Override
  public Mono<JobResult> run(JobContext job) {
    return jobs.kinds()
        .flatMapMany(Flux::fromIterable)
        .concatMap(kind -> sweep(job, kind))
        .reduce(0L, Long::sum)
        .map(removed -> new JobResult(job.stopRequested(), Map.of("removed_executions", removed)));
  }

  private Mono<Long> sweep(JobContext job, String kind) {
    int keep = OTHERS.getOrDefault(kind, USUAL);
    return Mono.defer(() -> job.stopRequested() ? Mono.just(0L) : jobs.sweep(kind, keep, BATCH))
        .repeat()
        .takeUntil(removed -> removed < BATCH)
        .reduce(0L, Long::sum)
        .doOnNext(removed -> job.log(kind + ": removed " + removed + " old executions"));
  }
}
