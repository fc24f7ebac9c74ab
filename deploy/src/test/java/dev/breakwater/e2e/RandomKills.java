package dev.breakwater.e2e;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Kills a random replica every few seconds and starts it again, one at a time. */
final class RandomKills implements AutoCloseable {
  private static final int PAUSE_SECONDS = 3;

  private final LocalCluster cluster;
  private final Random random;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicInteger kills = new AtomicInteger();
  private final Thread thread;

  private RandomKills(LocalCluster cluster, Random random) {
    this.cluster = cluster;
    this.random = random;
    this.thread = Thread.ofPlatform().name("kills").start(this::run);
  }

  static RandomKills start(LocalCluster cluster, Random random) {
    return new RandomKills(cluster, random);
  }

  int count() {
    return kills.get();
  }

  private void run() {
    try {
      while (!stop.await(PAUSE_SECONDS, TimeUnit.SECONDS)) {
        int replica = 1 + random.nextInt(LocalCluster.REPLICAS.size());
        cluster.kill("replica-" + replica);
        kills.incrementAndGet();
        cluster.launch(replica);
        cluster.awaitReady(replica);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the last one is back. */
  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
