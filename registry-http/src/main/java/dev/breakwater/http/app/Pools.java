package dev.breakwater.http.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The named thread pools for whatever must not run on an event loop.
 *
 * @param blobIo blocking file operations and hashing; twice the cores, at least 4, at most 16
 *     threads
 * @param blobIoScheduler the same threads for Reactor
 * @param timer one thread for deadlines and periodic work; nothing on it blocks
 */
record Pools(ExecutorService blobIo, Scheduler blobIoScheduler, Scheduler timer)
    implements AutoCloseable {
  static Pools create(MeterRegistry meters) {
    int threads = Math.clamp(2L * Runtime.getRuntime().availableProcessors(), 4, 16);
    ThreadFactory factory = Thread.ofPlatform().name("blob-io-", 1).daemon().factory();
    ExecutorService blobIo =
        ExecutorServiceMetrics.monitor(
            meters, Executors.newFixedThreadPool(threads, factory), "blob-io");
    return new Pools(
        blobIo,
        Schedulers.fromExecutorService(blobIo, "blob-io"),
        Schedulers.newSingle("timer", true));
  }

  @Override
  public void close() {
    timer.dispose();
    blobIoScheduler.dispose();
    blobIo.shutdown();
  }
}
