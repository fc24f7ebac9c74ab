package dev.breakwater.http.body;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the uploads are doing at the moment. */
public final class PumpMetrics {
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final Counter receivedBytes;

  public PumpMetrics(MeterRegistry meters) {
    meters.gauge("breakwater_upload_pumps_running", running);
    meters.gauge("breakwater_upload_pump_queue_bytes", queuedBytes);
    this.receivedBytes = meters.counter("breakwater_blob_bytes_received");
  }

  /** How many bodies are being pumped. */
  public int running() {
    return running.get();
  }

  void started() {
    running.incrementAndGet();
  }

  void finished() {
    running.decrementAndGet();
  }

  void queued(int bytes) {
    queuedBytes.addAndGet(bytes);
    receivedBytes.increment(bytes);
  }

  void dequeued(int bytes) {
    queuedBytes.addAndGet(-bytes);
  }
}
