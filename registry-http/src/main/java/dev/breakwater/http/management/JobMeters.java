package dev.breakwater.http.management;

import dev.breakwater.core.job.JobQueueState;
import dev.breakwater.core.job.WorkerPool;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What dashboards show of workers and queues, by Harbor's names, as of the last look. */
public final class JobMeters implements MultiCollector {
  private final WorkerPool pool;
  private volatile List<JobQueueState> queues = List.of();
  private volatile long scheduled;

  public JobMeters(WorkerPool pool) {
    this.pool = pool;
  }

  /** Shows them from now on. */
  public void addTo(PrometheusRegistry registry) {
    registry.register(this);
  }

  /**
   * Remembers what was found.
   *
   * @param schedules how many schedules there are
   */
  public void show(List<JobQueueState> found, long schedules) {
    queues = List.copyOf(found);
    scheduled = schedules;
  }

  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.builder()
        .metricSnapshot(
            InfoSnapshot.builder()
                .name("harbor_jobservice")
                .dataPoint(
                    InfoSnapshot.InfoDataPointSnapshot.builder()
                        .labels(
                            Labels.of(
                                "node",
                                pool.host(),
                                "pool",
                                pool.id(),
                                "workers",
                                Integer.toString(pool.concurrency())))
                        .build())
                .build())
        .metricSnapshot(gauge("harbor_task_queue_size", JobQueueState::waiting))
        .metricSnapshot(
            gauge("harbor_task_queue_latency", queue -> queue.latency().toMillis() / 1000.0))
        .metricSnapshot(gauge("harbor_task_concurrency", JobQueueState::running))
        .metricSnapshot(
            CounterSnapshot.builder()
                .name("harbor_task_scheduled")
                .dataPoint(
                    CounterSnapshot.CounterDataPointSnapshot.builder().value(scheduled).build())
                .build())
        .build();
  }

  private GaugeSnapshot gauge(String name, ToDoubleFunction<JobQueueState> value) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name);
    for (JobQueueState queue : queues) {
      gauge.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .labels(Labels.of("type", queue.kind()))
              .value(value.applyAsDouble(queue))
              .build());
    }
    return gauge.build();
  }
}
