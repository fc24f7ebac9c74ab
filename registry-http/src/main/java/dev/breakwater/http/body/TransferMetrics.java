package dev.breakwater.http.body;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What uploads and downloads of blobs are doing at the moment. */
public final class TransferMetrics {
  private final AtomicInteger uploads = new AtomicInteger();
  private final AtomicInteger downloads = new AtomicInteger();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final Counter receivedBytes;

  public TransferMetrics(MeterRegistry meters) {
    meters.gauge("breakwater_upload_pumps_running", uploads);
    meters.gauge("breakwater_upload_pump_queue_bytes", queuedBytes);
    meters.gauge("breakwater_downloads_running", downloads);
    this.receivedBytes = meters.counter("breakwater_blob_bytes_received");
  }

  /** How many bodies are being pumped. */
  public int uploads() {
    return uploads.get();
  }

  void uploadStarted() {
    uploads.incrementAndGet();
  }

  void uploadFinished() {
    uploads.decrementAndGet();
  }

  void downloadStarted() {
    downloads.incrementAndGet();
  }

  void downloadFinished() {
    downloads.decrementAndGet();
  }

  void queued(int bytes) {
    queuedBytes.addAndGet(bytes);
    receivedBytes.increment(bytes);
  }

  void dequeued(int bytes) {
    queuedBytes.addAndGet(-bytes);
  }
}
