package dev.breakwater.core.audit;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.transaction.Transactions;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One run of {@link PurgeAuditLog}. */
final class PurgeRun {
  private static final int BATCH = 5000;

  private final AuditRepository entries;
  private final Transactions transactions;
  private final JobContext job;
  private final PurgeParameters parameters;
  private volatile PurgeState state;

  PurgeRun(
      AuditRepository entries,
      Transactions transactions,
      JobContext job,
      PurgeParameters parameters,
      PurgeState state) {
    this.entries = entries;
    this.transactions = transactions;
    this.job = job;
    this.parameters = parameters;
    this.state = state;
  }

  Mono<JobResult> run() {
    job.log(
        (parameters.dryRun() ? "counting" : "removing")
            + " what happened before "
            + state.before()
            + ", of "
            + parameters.labels().size()
            + " event types");
    if (parameters.labels().isEmpty()) {
      return Mono.fromCallable(this::result);
    }
    return dropMonths().then(Mono.defer(this::purge)).then(Mono.fromCallable(this::result));
  }

  private JobResult result() {
    job.log(
        (parameters.dryRun() ? "would remove " : "removed ")
            + state.purged()
            + " lines, "
            + state.months()
            + " months as a whole");
    return new JobResult(
        job.stopRequested(), Map.of("purged", state.purged(), "dropped_months", state.months()));
  }

  private Mono<Void> dropMonths() {
    YearMonth end = YearMonth.from(state.before().atZone(ZoneOffset.UTC));
    return entries
        .months()
        .flatMapMany(Flux::fromIterable)
        .filter(month -> month.isBefore(end) && !parameters.dryRun())
        .concatMap(month -> job.stopRequested() ? Mono.empty() : dropIfNothingStays(month))
        .then();
  }

  private Mono<Void> dropIfNothingStays(YearMonth month) {
    Mono<Boolean> keeps =
        parameters.everything() ? Mono.just(false) : entries.hasOthers(month, parameters.labels());
    return keeps
        .filter(others -> !others)
        .flatMap(_ -> entries.count(month))
        .flatMap(lines -> drop(month, lines))
        .then();
  }

  private Mono<Boolean> drop(YearMonth month, long lines) {
    PurgeState next = state.dropped(lines);
    return transactions
        .inTx(tx ->
            entries
                .drop(tx, month)
                .then(Mono.defer(() -> job.checkpoint(tx, next.json())))
                .thenReturn(true))
        .doOnNext(_ -> {
          state = next;
          job.log("dropped " + month + " with " + lines + " lines");
        })
        .onErrorResume(RegistryException.class, error -> leave(month, error));
  }

  private Mono<Boolean> leave(YearMonth month, RegistryException error) {
    if (error.code() != ErrorCode.UNAVAILABLE) {
      return Mono.error(error);
    }
    job.log(month + " is in use just now; its lines are removed in batches");
    return Mono.just(false);
  }

  private Mono<Void> purge() {
    return Mono.defer(() -> job.stopRequested() ? Mono.just(false) : purgeBatch())
        .repeat()
        .takeUntil(more -> !more)
        .then();
  }

  /** Whether there may be more. */
  private Mono<Boolean> purgeBatch() {
    return transactions
        .inTx(tx ->
            entries
                .purge(
                    tx,
                    state.position(),
                    state.before(),
                    parameters.labels(),
                    parameters.dryRun(),
                    BATCH)
                .map(batch -> state.purged(batch))
                .flatMap(next -> job.checkpoint(tx, next.json()).thenReturn(next)))
        .doOnNext(next -> state = next)
        .hasElement();
  }
}
