package dev.breakwater.core.quota;

import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.JobHandler;
import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.query.ListRequest;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Counts what projects hold from their rows, and reports and corrects what is kept wrongly. */
public final class RecountQuotas implements JobHandler {
  private static final int BATCH = 100;

  private final QuotaRepository quotas;

  public RecountQuotas(QuotaRepository quotas) {
    this.quotas = quotas;
  }

  @Override
  public JobKind kind() {
    return JobKind.QUOTA_RECOUNT;
  }

  @Override
  public Mono<JobResult> run(JobContext job) {
    return Mono.defer(() -> {
      AtomicLong wrong = new AtomicLong();
      return page(job, wrong, 0)
          .expand(next -> page(job, wrong, next))
          .then(Mono.fromSupplier(() -> result(job, wrong.get())));
    });
  }

  /** Where the next page begins; empty: this was the last one. */
  private Mono<Integer> page(JobContext job, AtomicLong wrong, int offset) {
    return Mono.defer(
            () -> job.stopRequested() ? Mono.empty() : quotas.list(ListRequest.all(offset, BATCH)))
        .filter(found -> !found.elements().isEmpty())
        .flatMap(found ->
            Flux.fromIterable(found.elements())
                .concatMap(quota -> recount(job, wrong, quota))
                .then(Mono.just(offset + BATCH)));
  }

  private Mono<Long> recount(JobContext job, AtomicLong wrong, Quota quota) {
    return quotas
        .recount(quota.projectId())
        .doOnNext(difference -> {
          if (difference != 0) {
            wrong.incrementAndGet();
            job.log(
                "project "
                    + quota.projectName()
                    + ": the use was wrong by "
                    + difference
                    + " bytes; it is corrected");
          }
        });
  }

  private static JobResult result(JobContext job, long wrong) {
    job.log(wrong == 0 ? "every project's use is right" : wrong + " projects were wrong");
    Map<String, Object> found = Map.of("corrected_projects", wrong);
    return job.stopRequested() ? JobResult.stopped(found) : JobResult.done(found);
  }
}
