package dev.breakwater.core.gc;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.gc.GarbageRepository.Batch;
import dev.breakwater.core.gc.GarbageRepository.Blob;
import dev.breakwater.core.job.JobResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far one run of garbage collection is, and what it did. */
final class GarbageRun {
  private static final Logger log = LoggerFactory.getLogger(GarbageRun.class);

  private final Consumer<String> lines;
  private final BooleanSupplier stop;
  private final AtomicLong manifests = new AtomicLong();
  private final AtomicLong blobs = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param lines gets what is done, for people
   * @param stop whether it shall end
   */
  GarbageRun(Consumer<String> lines, BooleanSupplier stop) {
    this.lines = lines;
    this.stop = stop;
  }

  boolean stopped() {
    return stop.getAsBoolean();
  }

  void removed(Batch batch, int count, String reason) {
    manifests.addAndGet(count);
    batch
        .repository()
        .ifPresent(
            name -> lines.accept(count + " " + reason + " artifacts of " + name + " deleted"));
  }

  void kept(RegistryException reason) {
    lines.accept("kept: " + reason.getMessage());
  }

  void deleted(List<Blob> gone) {
    long size = gone.stream().mapToLong(Blob::size).sum();
    blobs.addAndGet(gone.size());
    bytes.addAndGet(size);
    for (Blob blob : gone) {
      log.debug("deleted blob {} of {} bytes: no repository links it", blob.digest(), blob.size());
    }
    if (!gone.isEmpty()) {
      lines.accept(gone.size() + " blobs deleted, " + size + " bytes: no repository links them");
    }
  }

  void wouldDelete(Estimate found) {
    manifests.set(found.manifests());
    blobs.set(found.blobs());
    bytes.set(found.bytes());
  }

  JobResult result() {
    lines.accept(
        manifests
            + " artifacts, "
            + blobs
            + " blobs, "
            + bytes
            + " bytes"
            + (stopped() ? "; stopped" : ""));
    Map<String, Object> found =
        Map.of(
            "freed_space", bytes.get(),
            "purged_blobs", blobs.get(),
            "purged_manifests", manifests.get());
    return stopped() ? JobResult.stopped(found) : JobResult.done(found);
  }
}
