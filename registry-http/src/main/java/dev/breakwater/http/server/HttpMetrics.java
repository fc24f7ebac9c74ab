package dev.breakwater.http.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Requests by route, method and status, with latency histograms; bytes of their bodies, as they
 * came and went; requests in flight; connections.
 */
public final class HttpMetrics {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30),
    Duration.ofMinutes(5)
  };

  private static final String OTHER = "OTHER";

  private final MeterRegistry meters;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Counter sentBytes;
  private final Counter receivedBytes;
  private final Counter refusedConnections;
  private final ConcurrentMap<Series, Timer> timers = new ConcurrentHashMap<>();

  public HttpMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.sentBytes = meters.counter("breakwater_http_sent_bytes");
    this.receivedBytes = meters.counter("breakwater_http_received_bytes");
    this.refusedConnections = meters.counter("breakwater_http_connections_refused");
    meters.gauge("harbor_core_http_inflight_requests", inFlight);
  }

  /**
   * @param open how many connections there are
   */
  void connections(AtomicInteger open) {
    meters.gauge("breakwater_http_connections", open);
  }

  /** There was no room for a connection. */
  void connectionRefused() {
    refusedConnections.increment();
  }

  /** How many requests are being answered. */
  public int inFlight() {
    return inFlight.get();
  }

  void started() {
    inFlight.incrementAndGet();
  }

  void finished(Exchange exchange, int status, long nanos) {
    inFlight.decrementAndGet();
    timer(new Series(exchange.route(), method(exchange), status))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A request that no handler has seen. */
  void refused(int status) {
    timer(new Series("refused", OTHER, status)).record(Duration.ZERO);
  }

  void sent(long bytes) {
    sentBytes.increment(bytes);
  }

  void received(long bytes) {
    receivedBytes.increment(bytes);
  }

  private Timer timer(Series series) {
    return timers.computeIfAbsent(series, this::newTimer);
  }

  /** Clients invent methods; each would be a new series. */
  private static String method(Exchange exchange) {
    String method = exchange.method().name();
    return switch (method) {
      case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" -> method;
      default -> OTHER;
    };
  }

  private Timer newTimer(Series series) {
    return Timer.builder("breakwater_http_requests")
        .tag("route", series.route())
        .tag("method", series.method())
        .tag("status", Integer.toString(series.status()))
        .serviceLevelObjectives(BUCKETS)
        .register(meters);
  }

  private record Series(String route, String method, int status) {}
}
