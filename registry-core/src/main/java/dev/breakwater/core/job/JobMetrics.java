package dev.breakwater.core.job;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;

/** What dashboards show of the tasks that this replica ran, by Harbor's names. */
public final class JobMetrics {
  private final MeterRegistry meters;

  public JobMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  /** Shows that this replica is there. */
  public void announce(WorkerPool pool) {
    meters.gauge(
        "harbor_jobservice_info",
        List.of(
            Tag.of("node", pool.host()),
            Tag.of("pool", pool.id()),
            Tag.of("workers", Integer.toString(pool.concurrency()))),
        1);
  }

  void ended(String kind, JobStatus status) {
    count(
        kind,
        status == JobStatus.SUCCESS ? "success" : status == JobStatus.STOPPED ? "stop" : "fail");
  }

  void failed(String kind) {
    count(kind, "fail");
  }

  private void count(String kind, String status) {
    meters.counter("harbor_jobservice_task", "type", kind, "status", status).increment();
  }

  void ran(String kind, Duration time) {
    Timer.builder("harbor_jobservice_task_process_time")
        .tag("type", kind)
        .register(meters)
        .record(time);
  }
}
