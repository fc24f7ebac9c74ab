package dev.breakwater.core.schedule;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Rows of schedules; one for a kind and an owner. */
public interface ScheduleRepository {
  /** Writes one, in the place of what there was; its number. Wakes the replicas. */
  Mono<Long> put(Tx tx, NewSchedule schedule);

  /** Writes one unless there is one already. */
  Mono<Void> putIfMissing(NewSchedule schedule);

  Mono<Schedule> find(String kind, long ownerId);

  /** Removes it; whether there was one. */
  Mono<Boolean> delete(Tx tx, String kind, long ownerId);

  /** One page, in the order of their numbers. */
  Mono<Slice<Schedule>> list(ListRequest request);

  /** Those that are due now; nobody else gets them until the transaction ends. */
  Mono<List<Schedule>> lockDue(Tx tx, Instant now, int limit);

  /** When it is due the next time. */
  Mono<Void> advance(Tx tx, long id, Instant next);

  /** When the first one is due. */
  Mono<Instant> firstDue();

  /** Whether nothing begins by itself for the time being. */
  Mono<Boolean> paused();

  /**
   * A schedule to write.
   *
   * @param parameters of each execution; a JSON object as a map
   */
  record NewSchedule(
      String kind,
      long ownerId,
      ScheduleType type,
      Cron cron,
      Map<String, ?> parameters,
      Instant firstRun) {
    public NewSchedule {
      parameters = Map.copyOf(parameters);
    }
  }
}
