package dev.breakwater.core.retention;

import dev.breakwater.core.immutability.ImmutableRuleRepository;
import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.JobHandler;
import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.retention.CandidateRepository.Target;
import dev.breakwater.core.transaction.Transactions;
import java.time.InstantSource;
import reactor.core.publisher.Mono;

/**
 * Applies a policy to one repository: first finds from which place on each rule keeps what it
 * chooses, then goes through the artifacts page by page, the latest first, so that an index goes
 * before its parts. A task without a repository begins one for each.
 */
public final class RunRetention implements JobHandler {
  private final RetentionPolicyRepository policies;
  private final RetentionTasks tasks;
  private final CandidateRepository candidates;
  private final VerdictRepository verdicts;
  private final ImmutableRuleRepository immutability;
  private final ArtifactRemoval removal;
  private final Transactions transactions;
  private final InstantSource clock;

  public RunRetention(
      RetentionPolicyRepository policies,
      RetentionTasks tasks,
      CandidateRepository candidates,
      VerdictRepository verdicts,
      ImmutableRuleRepository immutability,
      ArtifactRemoval removal,
      Transactions transactions,
      InstantSource clock) {
    this.policies = policies;
    this.tasks = tasks;
    this.candidates = candidates;
    this.verdicts = verdicts;
    this.immutability = immutability;
    this.removal = removal;
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public JobKind kind() {
    return JobKind.RETENTION;
  }

  @Override
  public Mono<JobResult> run(JobContext job) {
    return policies
        .find(job.ownerId())
        .flatMap(policy ->
            RetentionTasks.repositoryOf(job.parameters())
                .map(id -> apply(job, policy, id))
                .orElseGet(() -> launch(job, policy)))
        .switchIfEmpty(Mono.fromSupplier(() -> nothingToDo(job, "the policy is gone")));
  }

  private Mono<JobResult> launch(JobContext job, RetentionPolicy policy) {
    return tasks
        .of(policy, RetentionTasks.isDryRun(job.parameters()))
        .flatMap(found -> {
          job.log(found.size() + " repositories have rules");
          return transactions.inTx(tx -> job.addTasks(tx, found).thenReturn(JobResult.done()));
        });
  }

  private Mono<JobResult> apply(JobContext job, RetentionPolicy policy, long repositoryId) {
    return candidates
        .repository(repositoryId)
        .filter(repository -> repository.projectId() == policy.projectId())
        .flatMap(repository -> apply(job, policy, repository))
        .switchIfEmpty(Mono.fromSupplier(() -> nothingToDo(job, "the repository is gone")));
  }

  private Mono<JobResult> apply(JobContext job, RetentionPolicy policy, Target repository) {
    return transactions
        .inTx(tx -> immutability.rulesOf(tx, repository.projectId()))
        .flatMap(immutable ->
            new RetentionRun(
                    candidates, verdicts, removal, transactions, job, repository, immutable)
                .run(policy, clock.instant()));
  }

  private static JobResult nothingToDo(JobContext job, String reason) {
    job.log(reason + ": nothing to do");
    return JobResult.done();
  }
}
