package dev.breakwater.core.job;

import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import reactor.core.publisher.Mono;

/** Where executions begin and are asked to end. Whoever calls has checked that the caller may. */
public final class JobQueue {
  private final JobRepository jobs;
  private final Transactions transactions;

  public JobQueue(JobRepository jobs, Transactions transactions) {
    this.jobs = jobs;
    this.transactions = transactions;
  }

  /** Begins an execution when the transaction commits; its number. */
  public Mono<Long> start(Tx tx, StartJob start) {
    return jobs.start(tx, start);
  }

  /** Begins an execution; its number. */
  public Mono<Long> start(StartJob start) {
    return transactions.inTx(tx -> jobs.start(tx, start));
  }

  /** Asks all tasks of an execution to end; those that were not begun end at once. */
  public Mono<Void> stop(long executionId) {
    return transactions
        .inTx(tx -> jobs.stopExecution(tx, executionId).thenReturn(executionId))
        .then();
  }
}
