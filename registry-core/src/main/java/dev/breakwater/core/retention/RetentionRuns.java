package dev.breakwater.core.retention;

import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.job.Execution;
import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.job.JobQueue;
import dev.breakwater.core.job.JobRepository;
import dev.breakwater.core.job.StartJob;
import dev.breakwater.core.job.Task;
import dev.breakwater.core.job.TaskLog;
import dev.breakwater.core.job.Trigger;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import java.util.List;
import reactor.core.publisher.Mono;

/** Begins and ends runs of retention policies, and shows what they did. */
public final class RetentionRuns {
  private static final String KIND = JobKind.RETENTION.name();

  private final RetentionService policies;
  private final RetentionTasks tasks;
  private final JobQueue queue;
  private final JobRepository jobs;
  private final VerdictRepository verdicts;

  public RetentionRuns(
      RetentionService policies,
      RetentionTasks tasks,
      JobQueue queue,
      JobRepository jobs,
      VerdictRepository verdicts) {
    this.policies = policies;
    this.tasks = tasks;
    this.queue = queue;
    this.jobs = jobs;
    this.verdicts = verdicts;
  }

  /** Begins a run; answers its number. */
  public Mono<Long> start(Caller caller, long policyId, boolean dryRun) {
    return policies
        .find(caller, policyId, Verb.UPDATE)
        .flatMap(policy -> tasks.of(policy, dryRun))
        .flatMap(found ->
            queue.start(
                new StartJob(
                    JobKind.RETENTION,
                    policyId,
                    Trigger.MANUAL,
                    RetentionTasks.parameters(dryRun),
                    found)));
  }

  /** Asks a run to end; NOT_FOUND if the policy has none of this number. */
  public Mono<Void> stop(Caller caller, long policyId, long executionId) {
    return policies
        .find(caller, policyId, Verb.UPDATE)
        .then(Mono.defer(() -> execution(policyId, executionId)))
        .then(Mono.defer(() -> queue.stop(executionId)));
  }

  /** One page of the runs of a policy, the latest first. */
  public Mono<Slice<Execution>> list(Caller caller, long policyId, ListRequest request) {
    return policies
        .find(caller, policyId, Verb.LIST)
        .then(Mono.defer(() -> jobs.executions(KIND, policyId, request)));
  }

  /** One page of the tasks of a run: one for each repository. */
  public Mono<Slice<Task>> tasks(
      Caller caller, long policyId, long executionId, ListRequest request) {
    return policies
        .find(caller, policyId, Verb.LIST)
        .then(Mono.defer(() -> execution(policyId, executionId)))
        .then(Mono.defer(() -> jobs.tasks(executionId, request)));
  }

  /** What a task wrote. */
  public Mono<List<TaskLog.Line>> log(Caller caller, long policyId, long executionId, long taskId) {
    return policies
        .find(caller, policyId, Verb.READ)
        .then(Mono.defer(() -> execution(policyId, executionId)))
        .then(Mono.defer(() -> jobs.findTask(executionId, taskId)))
        .switchIfEmpty(Mono.error(() -> notFound("task " + taskId)))
        .then(Mono.defer(() -> jobs.log(taskId)));
  }

  /** One page of what a task decided of each artifact, and why. */
  public Mono<Slice<Verdict>> verdicts(
      Caller caller, long policyId, long executionId, long taskId, ListRequest request) {
    return policies
        .find(caller, policyId, Verb.READ)
        .then(Mono.defer(() -> execution(policyId, executionId)))
        .then(Mono.defer(() -> jobs.findTask(executionId, taskId)))
        .switchIfEmpty(Mono.error(() -> notFound("task " + taskId)))
        .then(Mono.defer(() -> verdicts.list(taskId, request)));
  }

  /** What a dry run found that one in earnest would do, as far as it is. */
  public Mono<Forecast> forecast(Caller caller, long policyId, long executionId) {
    return policies
        .find(caller, policyId, Verb.READ)
        .then(Mono.defer(() -> execution(policyId, executionId)))
        .flatMap(execution ->
            jobs.sums(executionId, List.of("total", "retained", "bytes"))
                .map(sums -> new Forecast(execution, sums.get(0), sums.get(1), sums.get(2))));
  }

  /**
   * @param artifacts how many were looked at
   * @param retained how many would stay
   * @param bytes how many would be freed at least; 0 for a run in earnest
   */
  public record Forecast(Execution execution, long artifacts, long retained, long bytes) {}

  private Mono<Execution> execution(long policyId, long id) {
    return jobs.findExecution(KIND, policyId, id)
        .switchIfEmpty(Mono.error(() -> notFound("retention execution " + id)));
  }

  private static RegistryException notFound(String what) {
    return new RegistryException(ErrorCode.NOT_FOUND, what + " not found");
  }
}
