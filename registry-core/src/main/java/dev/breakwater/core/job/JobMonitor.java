package dev.breakwater.core.job;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** What administrators see of the workers and queues, and how they steer them. */
public final class JobMonitor {
  /** What begins by itself, as a queue: pausing it pauses all schedules. */
  public static final String SCHEDULER = "SCHEDULER";

  private static final String ALL = "all";
  private static final Permission LIST = Permission.of(Resource.JOBSERVICE_MONITOR, Verb.LIST);
  private static final Permission STOP = Permission.of(Resource.JOBSERVICE_MONITOR, Verb.STOP);

  private final JobRepository jobs;
  private final QueueRepository queues;
  private final List<String> kinds;
  private final Authorizer authorizer;
  private final Transactions transactions;

  /**
   * @param handlers of the kinds that have a queue
   */
  public JobMonitor(
      JobRepository jobs,
      QueueRepository queues,
      List<JobHandler> handlers,
      Authorizer authorizer,
      Transactions transactions) {
    this.jobs = jobs;
    this.queues = queues;
    List<String> names =
        new ArrayList<>(handlers.stream().map(handler -> handler.kind().name()).sorted().toList());
    names.add(SCHEDULER);
    this.kinds = List.copyOf(names);
    this.authorizer = authorizer;
    this.transactions = transactions;
  }

  /** The replicas that work. */
  public Mono<List<WorkerPool>> pools(Caller caller) {
    return authorizer
        .requireInSystem(caller, LIST)
        .then(Mono.defer(() -> queues.pools().collectList()));
  }

  /**
   * The workers of a replica, or of all ({@code all}); idle ones too.
   *
   * @throws RegistryException (as error signal) NOT_FOUND
   */
  public Mono<List<Worker>> workers(Caller caller, String poolId) {
    boolean all = poolId.equals(ALL);
    return pools(caller)
        .map(pools -> pools.stream().filter(pool -> all || pool.id().equals(poolId)).toList())
        .flatMap(pools ->
            pools.isEmpty() && !all
                ? Mono.error(() -> notFound("worker pool", poolId))
                : queues
                    .running(all ? Optional.empty() : Optional.of(poolId))
                    .collectList()
                    .map(running -> workers(pools, running)));
  }

  private static List<Worker> workers(List<WorkerPool> pools, List<RunningTask> running) {
    List<Worker> workers = new ArrayList<>();
    for (WorkerPool pool : pools) {
      List<RunningTask> busy =
          running.stream().filter(task -> task.poolId().equals(pool.id())).toList();
      for (int i = 0; i < Math.max(pool.concurrency(), busy.size()); i++) {
        workers.add(
            new Worker(
                pool.id() + "-" + (i + 1),
                pool.id(),
                i < busy.size() ? Optional.of(busy.get(i)) : Optional.empty()));
      }
    }
    return workers;
  }

  /** The queues of all kinds. */
  public Mono<List<JobQueueState>> queues(Caller caller) {
    return authorizer
        .requireInSystem(caller, LIST)
        .then(Mono.defer(() -> queues.queues(kinds).collectList()));
  }

  /**
   * Asks a running task to end, or all of them ({@code all}).
   *
   * @throws RegistryException (as error signal) NOT_FOUND
   */
  public Mono<Void> stop(Caller caller, String jobId) {
    return authorizer
        .requireInSystem(caller, STOP)
        .then(
            Mono.defer(() ->
                jobId.equals(ALL)
                    ? inTx(queues::stopRunning)
                    : task(jobId).flatMap(task -> inTx(tx -> jobs.stopTask(tx, task.id())))));
  }

  private Mono<Void> inTx(Function<Tx, Mono<Long>> work) {
    return transactions.inTx(work).then();
  }

  /**
   * What a task wrote.
   *
   * @throws RegistryException (as error signal) NOT_FOUND
   */
  public Mono<List<TaskLog.Line>> log(Caller caller, String jobId) {
    return authorizer
        .requireInSystem(caller, LIST)
        .then(Mono.defer(() -> task(jobId)))
        .flatMap(task -> jobs.log(task.id()));
  }

  private Mono<Task> task(String jobId) {
    return Mono.defer(
            () -> {
              try {
                return jobs.findTask(Long.parseLong(jobId));
              } catch (NumberFormatException e) {
                return Mono.empty();
              }
            })
        .switchIfEmpty(Mono.error(() -> notFound("job", jobId)));
  }

  /** Completes empty when the caller may stop, pause and resume. */
  public Mono<Void> requireStop(Caller caller) {
    return authorizer.requireInSystem(caller, STOP);
  }

  /**
   * Ends what waits in a queue, pauses or resumes it; or all of them ({@code all}).
   *
   * @throws RegistryException (as error signal) NOT_FOUND
   */
  public Mono<Void> steer(Caller caller, String kind, QueueAction action) {
    return requireStop(caller)
        .then(Mono.defer(() -> Mono.just(named(kind))))
        .flatMap(chosen ->
            switch (action) {
              case STOP -> inTx(tx -> queues.stopPending(tx, chosen));
              case PAUSE -> inTx(tx -> queues.pause(tx, chosen, true).thenReturn(0L));
              case RESUME -> inTx(tx -> queues.pause(tx, chosen, false).thenReturn(0L));
            });
  }

  private List<String> named(String kind) {
    if (kind.equals(ALL)) {
      return kinds;
    }
    if (!kinds.contains(kind)) {
      throw notFound("queue", kind);
    }
    return List.of(kind);
  }

  private static RegistryException notFound(String what, String name) {
    return new RegistryException(
        ErrorCode.NOT_FOUND, "there is no " + what + " '" + Printable.shorten(name) + "'");
  }

  /** What can be done to a queue. */
  public enum QueueAction {
    STOP,
    PAUSE,
    RESUME
  }

  /** One of the workers of a replica, and what it runs. */
  public record Worker(String id, String poolId, Optional<RunningTask> task) {}
}
