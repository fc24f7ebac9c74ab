package dev.breakwater.core.gc;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.gc.GarbageRepository.Blob;
import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.manifest.ManifestRemovals.Doomed;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.transaction.Tx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
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

  /** Whether nobody asked for it: it runs again and again. */
  boolean isByItself() {
    return job.isEmpty();
  }

  boolean stopped() {
    return job.map(JobContext::stopRequested).orElse(false);
  }

  /**
   * At the end of the transaction that deletes these.
   *
   * @param reason such as {@code expired}
   */
  Mono<Void> keepManifests(Tx tx, RepositoryName name, List<Doomed> gone, String reason) {
    return keep(
        tx,
        new Counts(gone.size(), 0, 0),
        () ->
            gone.stream()
                .map(manifest -> "deleted " + name + "@" + manifest.digest() + ": " + reason)
                .toList());
  }

  /** At the end of the transaction that deletes these. */
  Mono<Void> keepBlobs(Tx tx, List<Blob> gone) {
    return keep(
        tx,
        new Counts(0, gone.size(), sizes(gone)),
        () ->
            gone.stream()
                .map(blob ->
                    "deleted blob "
                        + blob.digest()
                        + " of "
                        + blob.size()
                        + " bytes: no repository links it")
                .toList());
  }

  private Mono<Void> keep(Tx tx, Counts more, Supplier<List<String>> lines) {
    return job.filter(_ -> !more.equals(Counts.NONE))
        .map(known ->
            Mono.defer(() -> known.checkpoint(tx, counts().plus(more).json()))
                .then(Mono.defer(() -> known.log(tx, lines.get()))))
        .orElseGet(Mono::empty);
  }

  /** These were deleted: the transaction is over. */
  void removed(RepositoryName name, List<Doomed> gone, String reason) {
    add(new Counts(gone.size(), 0, 0));
    if (job.isEmpty() && !gone.isEmpty()) {
      log.info("{} {} artifacts of {} deleted", gone.size(), reason, name);
    }
  }

  void kept(RegistryException reason) {
    say("kept: " + reason.getMessage());
  }

  /** The same of blobs. */
  void deleted(List<Blob> gone) {
    add(new Counts(0, gone.size(), sizes(gone)));
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
