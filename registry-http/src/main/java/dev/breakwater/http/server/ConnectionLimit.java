package dev.breakwater.http.server;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections above {@code http.max-connections}. The log says so, but not for each: whoever
 * opens them could fill it.
 */
final class ConnectionLimit {
  static final Duration PERIOD = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);

  private final int most;
  private final HttpMetrics metrics;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicLong silentUntil = new AtomicLong(System.nanoTime());

  /**
   * @param most how many may be open at once
   */
  ConnectionLimit(int most, HttpMetrics metrics) {
    this.most = most;
    this.metrics = metrics;
    metrics.connections(open);
  }

  /** Counts a new connection, and closes it if it is one too many. */
  void opened(Channel channel) {
    int now = open.incrementAndGet();
    channel.closeFuture().addListener(_ -> open.decrementAndGet());
    if (now > most) {
      metrics.connectionRefused();
      closed.incrementAndGet();
      tell();
      channel.close();
    }
  }

  private void tell() {
    long now = System.nanoTime();
    long until = silentUntil.get();
    if (now - until >= 0 && silentUntil.compareAndSet(until, now + PERIOD.toNanos())) {
      log.warn(
          "{} connections are open, as many as http.max-connections allows: {} more were closed",
          most,
          closed.getAndSet(0));
    }
  }
}
