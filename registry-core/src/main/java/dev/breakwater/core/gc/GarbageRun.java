package dev.breakwater.core.gc;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.gc.GarbageRepository.Batch;
import dev.breakwater.core.gc.GarbageRepository.Blob;
import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.transaction.Tx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * What one run of garbage collection did. Its counts are kept with each batch, in the transaction
 * of that batch: whoever goes on after the death of a worker goes on counting.
 */
final class GarbageRun {
  private static final Logger log = LoggerFactory.getLogger(GarbageRun.class);
  private static final String BYTES = "freed_space";
  private static final String BLOBS = "purged_blobs";
  private static final String MANIFESTS = "purged_manifests";

  private final Optional<JobContext> job;
  private Counts counts;

  private GarbageRun(Optional<JobContext> job, Counts counts) {
    this.job = job;
    this.counts = counts;
  }

  /** Of a job, which may have been begun before. */
  static GarbageRun of(JobContext job) {
    return new GarbageRun(Optional.of(job), job.checkpoint().map(Counts::of).orElse(Counts.NONE));
  }

  /** That nobody asked for and nobody stops. */
  static GarbageRun byItself() {
    return new GarbageRun(Optional.empty(), Counts.NONE);
  }

  boolean stopped() {
    return job.map(JobContext::stopRequested).orElse(false);
  }

  /** At the end of the transaction that deletes so many manifests. */
  Mono<Void> keepManifests(Tx tx, int count) {
    return keep(tx, new Counts(count, 0, 0));
  }

  /** At the end of the transaction that deletes these. */
  Mono<Void> keepBlobs(Tx tx, List<Blob> gone) {
    return keep(tx, new Counts(0, gone.size(), sizes(gone)));
  }

  private Mono<Void> keep(Tx tx, Counts more) {
    return job.filter(_ -> !more.equals(Counts.NONE))
        .map(known -> Mono.defer(() -> known.checkpoint(tx, counts().plus(more).json())))
        .orElseGet(Mono::empty);
  }

  void removed(Batch batch, int count, String reason) {
    add(new Counts(count, 0, 0));
    batch
        .repository()
        .ifPresent(name -> say(count + " " + reason + " artifacts of " + name + " deleted"));
  }

  void kept(RegistryException reason) {
    say("kept: " + reason.getMessage());
  }

  void deleted(List<Blob> gone) {
    add(new Counts(0, gone.size(), sizes(gone)));
    for (Blob blob : gone) {
      log.debug("deleted blob {} of {} bytes: no repository links it", blob.digest(), blob.size());
    }
    if (!gone.isEmpty()) {
      say(gone.size() + " blobs deleted, " + sizes(gone) + " bytes: no repository links them");
    }
  }

  void wouldDelete(Estimate found) {
    add(new Counts(found.manifests(), found.blobs(), found.bytes()));
  }

  JobResult result() {
    Counts all = counts();
    say(
        all.manifests()
            + " artifacts, "
            + all.blobs()
            + " blobs, "
            + all.bytes()
            + " bytes"
            + (stopped() ? "; stopped" : ""));
    return stopped() ? JobResult.stopped(all.json()) : JobResult.done(all.json());
  }

  private synchronized Counts counts() {
    return counts;
  }

  private synchronized void add(Counts more) {
    counts = counts.plus(more);
  }

  private void say(String line) {
    job.ifPresentOrElse(known -> known.log(line), () -> log.info(line));
  }

  private static long sizes(List<Blob> blobs) {
    return blobs.stream().mapToLong(Blob::size).sum();
  }

  private record Counts(long manifests, long blobs, long bytes) {
    static final Counts NONE = new Counts(0, 0, 0);

    static Counts of(JsonValue json) {
      return new Counts(
          json.get(MANIFESTS).wholeNumber().orElse(0),
          json.get(BLOBS).wholeNumber().orElse(0),
          json.get(BYTES).wholeNumber().orElse(0));
    }

    Counts plus(Counts more) {
      return new Counts(manifests + more.manifests, blobs + more.blobs, bytes + more.bytes);
    }

    Map<String, Object> json() {
      return Map.of(BYTES, bytes, BLOBS, blobs, MANIFESTS, manifests);
    }
  }
}
