package dev.breakwater.core.schedule;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.schedule.ScheduleRepository.NewSchedule;
import dev.breakwater.core.transaction.Tx;
import java.time.InstantSource;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Sets and removes schedules for the features. Whoever calls has checked that the caller may. */
public final class Schedules {
  private final ScheduleRepository rows;
  private final InstantSource clock;

  public Schedules(ScheduleRepository rows, InstantSource clock) {
    this.rows = rows;
    this.clock = clock;
  }

  /**
   * From the commit on, executions begin by this schedule alone.
   *
   * @param type one that repeats
   */
  public Mono<Void> set(
      Tx tx, JobKind kind, long ownerId, ScheduleType type, Cron cron, Map<String, ?> parameters) {
    return Mono.defer(() -> rows.put(tx, schedule(kind, ownerId, type, cron, parameters))).then();
  }

  /** The same when there is none yet. */
  public Mono<Void> setIfMissing(JobKind kind, ScheduleType type) {
    return Mono.defer(() -> rows.putIfMissing(schedule(kind, -1, type, type.cron(""), Map.of())));
  }

  private NewSchedule schedule(
      JobKind kind, long ownerId, ScheduleType type, Cron cron, Map<String, ?> parameters) {
    return new NewSchedule(
        kind.name(),
        ownerId,
        type,
        cron,
        parameters,
        cron.next(clock.instant())
            .orElseThrow(() ->
                new RegistryException(
                    ErrorCode.BAD_REQUEST,
                    "the times of the cron expression '" + cron + "' are over")));
  }

  /** Whether there was one. */
  public Mono<Boolean> remove(Tx tx, JobKind kind, long ownerId) {
    return rows.delete(tx, kind.name(), ownerId);
  }

  /** Empty if there is none. */
  public Mono<Schedule> find(JobKind kind, long ownerId) {
    return rows.find(kind.name(), ownerId);
  }
}
