package dev.breakwater.core.retention;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.immutability.ImmutabilityRules;
import dev.breakwater.core.immutability.ImmutableRuleRepository;
import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.JobHandler;
import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.retention.CandidateRepository.Target;
import dev.breakwater.core.transaction.Transactions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Applies a policy to one repository: first finds from which place on each rule keeps what it
 * chooses, then goes through the artifacts page by page, the latest first, so that an index goes
 * before its parts. A task without a repository begins one for each.
 */
public final class RunRetention implements JobHandler {
  private static final int PAGE = 500;

  private final RetentionPolicyRepository policies;
  private final RetentionTasks tasks;
  private final CandidateRepository candidates;
  private final ImmutableRuleRepository immutability;
  private final ArtifactRemoval removal;
  private final Transactions transactions;
  private final InstantSource clock;

  public RunRetention(
      RetentionPolicyRepository policies,
      RetentionTasks tasks,
      CandidateRepository candidates,
      ImmutableRuleRepository immutability,
      ArtifactRemoval removal,
      Transactions transactions,
      InstantSource clock) {
    this.policies = policies;
    this.tasks = tasks;
    this.candidates = candidates;
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
        .flatMap(repository -> new Run(job, repository).run(policy))
        .switchIfEmpty(Mono.fromSupplier(() -> nothingToDo(job, "the repository is gone")));
  }

  private static JobResult nothingToDo(JobContext job, String reason) {
    job.log(reason + ": nothing to do");
    return JobResult.done();
  }

  /** The work on one repository. */
  private final class Run {
    private final JobContext job;
    private final Target repository;
    private final boolean dryRun;

    Run(JobContext job, Target repository) {
      this.job = job;
      this.repository = repository;
      this.dryRun = RetentionTasks.isDryRun(job.parameters());
    }

    Mono<JobResult> run(RetentionPolicy policy) {
      return Mono.zip(begin(policy), rulesOfTags())
          .flatMap(both ->
              Mono.just(both.getT1())
                  .expand(progress ->
                      progress.done() || job.stopRequested()
                          ? Mono.empty()
                          : page(progress, both.getT2()))
                  .last())
          .map(this::result);
    }

    private Mono<Progress> begin(RetentionPolicy policy) {
      return Mono.justOrEmpty(job.checkpoint().map(Progress::parse))
          .switchIfEmpty(
              Mono.defer(() -> beginAnew(policy.rulesFor(repository.name().inProject()))));
    }

    private Mono<Progress> beginAnew(List<RetentionRule> rules) {
      job.log((dryRun ? "would apply" : "applying") + " to " + repository.name() + ":");
      rules.forEach(rule -> job.log("  " + rule.words()));
      return new Cutoffs(candidates, clock.instant())
          .find(repository.repositoryId(), rules)
          .map(cutoffs -> Progress.begin(rules, cutoffs))
          .delayUntil(progress -> job.checkpoint(progress.json()));
    }

    private Mono<ImmutabilityRules> rulesOfTags() {
      return transactions.inTx(tx -> immutability.rulesOf(tx, repository.projectId()));
    }

    private Mono<Progress> page(Progress progress, ImmutabilityRules immutable) {
      return candidates
          .page(repository.repositoryId(), Ordering.PUSHED, progress.next(), PAGE)
          .flatMap(page -> judge(progress, immutable, page));
    }

    private Mono<Progress> judge(
        Progress progress, ImmutabilityRules immutable, List<Candidate> page) {
      List<Candidate> doomed = new ArrayList<>();
      for (Candidate candidate : page) {
        Optional<String> reason = reasonToStay(progress, immutable, candidate);
        if (reason.isPresent()) {
          log("RETAIN", candidate, reason.get());
        } else {
          log(dryRun ? "WOULD DEL" : "DEL", candidate, "no rule keeps it");
          doomed.add(candidate);
        }
      }
      long retained = page.size() - doomed.size();
      boolean last = page.size() < PAGE;
      return dryRun || doomed.isEmpty()
          ? keep(progress.after(page, last, retained, 0))
          : remove(doomed, progress.after(page, last, retained, 0));
    }

    private Optional<String> reasonToStay(
        Progress progress, ImmutabilityRules immutable, Candidate candidate) {
      return Cutoffs.keeper(progress.rules(), progress.cutoffs(), candidate)
          .map(RetentionRule::words)
          .or(() ->
              candidate.tags().stream()
                  .filter(tag -> immutable.protects(repository.name(), Tag.parse(tag)))
                  .findFirst()
                  .map(tag -> "the tag " + tag + " is immutable"));
    }

    private Mono<Progress> keep(Progress progress) {
      return job.checkpoint(progress.json()).thenReturn(progress);
    }

    /** All at once; if that is refused, in halves, so that one does not keep the others. */
    private Mono<Progress> remove(List<Candidate> doomed, Progress after) {
      return removal
          .remove(repository, doomed, tx -> job.checkpoint(tx, after.json()))
          .thenReturn(after)
          .onErrorResume(
              RunRetention::isRefusal,
              error ->
                  removeHalves(doomed, error)
                      .flatMap(failed -> keep(after.after(List.of(), after.done(), 0, failed))));
    }

    /** How many could not be deleted. */
    private Mono<Long> removeSome(List<Candidate> some) {
      return removal
          .remove(repository, some, _ -> Mono.empty())
          .thenReturn(0L)
          .onErrorResume(RunRetention::isRefusal, error -> removeHalves(some, error));
    }

    private Mono<Long> removeHalves(List<Candidate> some, Throwable error) {
      if (some.size() == 1) {
        return Mono.fromSupplier(() -> refused(some, error));
      }
      int half = some.size() / 2;
      return removeSome(some.subList(0, half))
          .flatMap(
              first -> removeSome(some.subList(half, some.size())).map(second -> first + second));
    }

    private long refused(List<Candidate> one, Throwable error) {
      log("ERR", one.getFirst(), "it stays: " + error.getMessage());
      return 1;
    }

    private void log(String what, Candidate candidate, String reason) {
      job.log(
          what
              + " "
              + candidate.digest()
              + " "
              + candidate.tags().stream().limit(10).toList()
              + ": "
              + reason);
    }

    private JobResult result(Progress progress) {
      job.log(
          progress.retained()
              + " of "
              + progress.total()
              + " artifacts "
              + (dryRun ? "would stay" : "stay")
              + (progress.failed() == 0 ? "" : ", and " + progress.failed() + " more by need"));
      return progress.done()
          ? JobResult.done(progress.result())
          : JobResult.stopped(progress.result());
    }
  }

  private static boolean isRefusal(Throwable error) {
    return error instanceof RegistryException refusal
        && (refusal.code() == ErrorCode.PRECONDITION_FAILED
            || refusal.code() == ErrorCode.REFERENCED);
  }
}
