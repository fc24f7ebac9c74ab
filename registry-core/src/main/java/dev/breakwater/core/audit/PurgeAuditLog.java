package dev.breakwater.core.audit;

import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.JobHandler;
import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.transaction.Transactions;
import java.time.InstantSource;
import reactor.core.publisher.Mono;

/**
 * Removes old lines of the audit log: whole months by dropping their partition where nothing in
 * them is to be kept, the rest in batches in the order of time.
 */
public final class PurgeAuditLog implements JobHandler {
  private final AuditRepository entries;
  private final Transactions transactions;
  private final InstantSource clock;

  public PurgeAuditLog(AuditRepository entries, Transactions transactions, InstantSource clock) {
    this.entries = entries;
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public JobKind kind() {
    return JobKind.PURGE_AUDIT_LOG;
  }

  @Override
  public Mono<JobResult> run(JobContext job) {
    return Mono.defer(() -> {
      PurgeParameters parameters = PurgeParameters.parse(job.parameters());
      PurgeState state =
          job.checkpoint()
              .map(PurgeState::parse)
              .orElseGet(() -> PurgeState.before(clock.instant().minus(parameters.retention())));
      return new PurgeRun(entries, transactions, job, parameters, state).run();
    });
  }
}
