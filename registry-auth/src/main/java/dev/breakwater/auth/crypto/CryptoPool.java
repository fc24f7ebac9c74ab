package dev.breakwater.auth.crypto;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A few threads for password hashes or signatures, with a bounded queue before them: a flood of
 * log-ins is answered with 429 instead of growing memory or waiting forever.
 */
public final class CryptoPool implements AutoCloseable {
  private static final int QUEUE_PER_THREAD = 256;

  private final String name;
  private final ThreadPoolExecutor executor;
  private final Scheduler scheduler;

  /**
   * A pool of its own threads.
   *
   * @param name what its threads are called, such as {@code crypto}
   * @param threads at least 1
   */
  public CryptoPool(String name, int threads) {
    AtomicInteger count = new AtomicInteger();
    this.name = name;
    this.executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(threads * QUEUE_PER_THREAD),
            task -> {
              Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    this.scheduler = Schedulers.fromExecutorService(executor, name);
  }

  /** Runs the work on one of the pool's threads when subscribed. */
  public <T> Mono<T> run(Callable<T> work) {
    return Mono.fromCallable(work)
        .subscribeOn(scheduler)
        .onErrorMap(RejectedExecutionException.class, this::full);
  }

  /** How many tasks wait for a thread. */
  public int queued() {
    return executor.getQueue().size();
  }

  private RegistryException full(RejectedExecutionException e) {
    return new RegistryException(
        ErrorCode.TOO_MANY_REQUESTS,
        "too many log-ins wait (pool " + name + "); try again soon",
        e);
  }

  @Override
  public void close() {
    scheduler.dispose();
    executor.shutdownNow();
  }
}
