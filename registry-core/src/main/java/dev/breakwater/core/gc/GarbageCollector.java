package dev.breakwater.core.gc;

import dev.breakwater.core.blob.BlobSettings;
import dev.breakwater.core.blob.BlobStore;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.gc.GarbageRepository.Batch;
import dev.breakwater.core.gc.GarbageRepository.Blob;
import dev.breakwater.core.gc.GarbageRepository.Condemned;
import dev.breakwater.core.gc.GarbageRepository.Position;
import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.JobHandler;
import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.manifest.ManifestRemovals.Located;
import dev.breakwater.core.manifest.RemoveManifests;
import dev.breakwater.core.manifest.RemoveManifests.Actor;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Deletes what nothing needs any more, batch by batch, while everybody goes on working.
 *
 * <p>Three steps, each fed by an index of candidates, so that a run costs what there is of garbage
 * and not what there is of content:
 *
 * <ol>
 *   <li>Artifacts: expired ones, untagged ones by choice, and deleted ones that can no longer be
 *       brought back.
 *   <li>Links of repositories to blobs whose lease ran out, or whose manifests went: those that no
 *       manifest names go. A link is locked first and looked at then; a manifest that is being
 *       pushed share-locks the links that it needs, so one of the two waits for the other.
 *   <li>Blobs: whoever removes a link condemns its blob (phase one, committed). Later (phase two)
 *       the blob's row is locked and looked at again: it must have no link, and nobody may be about
 *       to store it ({@link dev.breakwater.core.blob.BlobRepository#protect}). Then the file goes,
 *       then the row, then the lock. A push of the same blob waits for the row before it puts its
 *       file in place, or had touched the row before and keeps it.
 * </ol>
 *
 * <p>A run that dies in the middle is begun anew: nothing is half-done but batches, and a file that
 * is gone already is no error.
 */
public final class GarbageCollector implements JobHandler {
  private static final Logger log = LoggerFactory.getLogger(GarbageCollector.class);
  private static final int LINKS = 500;
  private static final int BLOBS = 100;
  private static final int MANIFESTS = 100;
  private static final int ROWS = 1000;

  /** A manifest that was pushed by digest may get its tag, or its index, a moment later. */
  private static final Duration UNTAGGED_AGE = Duration.ofHours(2);

  private final GarbageRepository garbage;
  private final RemoveManifests remove;
  private final BlobStore store;
  private final Transactions transactions;
  private final BlobSettings settings;
  private final Duration tagHistory;
  private final Clock clock;

  /**
   * @param tagHistory how long changes of tags are kept
   */
  public GarbageCollector(
      GarbageRepository garbage,
      RemoveManifests remove,
      BlobStore store,
      Transactions transactions,
      BlobSettings settings,
      Duration tagHistory,
      Clock clock) {
    this.garbage = garbage;
    this.remove = remove;
    this.store = store;
    this.transactions = transactions;
    this.settings = settings;
    this.tagHistory = tagHistory;
    this.clock = clock;
  }

  @Override
  public JobKind kind() {
    return JobKind.GARBAGE_COLLECTION;
  }

  @Override
  public Mono<JobResult> run(JobContext job) {
    return Mono.defer(() -> {
      GarbageOptions options = GarbageOptions.of(job.parameters());
      GarbageRun run = new GarbageRun(job::log, job::stopRequested);
      job.log(
          "garbage collection begins"
              + (options.dryRun() ? ", nothing is deleted: dry run" : "")
              + (options.deleteUntagged() ? ", with untagged artifacts" : ""));
      return options.dryRun() ? estimate(run, options) : collect(run, options);
    });
  }

  private Instant untaggedBefore() {
    Duration age = settings.lease().compareTo(UNTAGGED_AGE) < 0 ? settings.lease() : UNTAGGED_AGE;
    return clock.instant().minus(age);
  }

  private Mono<JobResult> estimate(GarbageRun run, GarbageOptions options) {
    return garbage
        .estimate(options, untaggedBefore(), clock.instant())
        .map(found -> {
          run.wouldDelete(found);
          return run.result();
        });
  }

  private Mono<JobResult> collect(GarbageRun run, GarbageOptions options) {
    Instant begin = clock.instant();
    Instant restorable = options.purgeDeleted() ? Instant.MAX : begin;
    return removeExpired(run, begin)
        .then(options.deleteUntagged() ? removeUntagged(run) : Mono.empty())
        .then(
            inBatches(
                run,
                () -> transactions.inTx(tx -> garbage.purgeDeleted(tx, restorable, MANIFESTS))))
        .then(inBatches(run, () -> garbage.purgeTagChanges(begin.minus(tagHistory), ROWS)))
        .then(Mono.defer(() -> reviewLinks(run)))
        .then(Mono.defer(() -> deleteBlobs(run, options.workers())))
        .then(Mono.fromSupplier(run::result));
  }

  /** With those that the steps before gave reason to look at. */
  private Mono<Void> reviewLinks(GarbageRun run) {
    Instant now = clock.instant();
    return inBatches(run, () -> transactions.inTx(tx -> garbage.reviewLinks(tx, now, LINKS)));
  }

  /** Again and again until there is nothing left, or it shall stop. */
  private static Mono<Void> inBatches(GarbageRun run, Supplier<Mono<Integer>> batch) {
    return Mono.defer(() -> run.stopped() ? Mono.just(0) : batch.get())
        .repeat()
        .takeUntil(count -> count == 0)
        .then();
  }

  /** Deletes what expired by now; now and then, whether garbage is collected or not. */
  public Mono<Void> expire() {
    return Mono.defer(() -> removeExpired(new GarbageRun(log::info, () -> false), clock.instant()));
  }

  private Mono<Void> removeExpired(GarbageRun run, Instant now) {
    return removeAll(run, "expired", after -> garbage.expired(now, after, MANIFESTS));
  }

  private Mono<Void> removeUntagged(GarbageRun run) {
    Instant before = untaggedBefore();
    return removeAll(run, "untagged", after -> garbage.untagged(before, after, MANIFESTS));
  }

  private Mono<Void> removeAll(
      GarbageRun run, String reason, Function<Position, Mono<Batch>> next) {
    return removeFrom(run, reason, next, Position.START)
        .expand(last -> removeFrom(run, reason, next, last))
        .then();
  }

  /** The next batch; where it ended, or empty if there was none. */
  private Mono<Position> removeFrom(
      GarbageRun run, String reason, Function<Position, Mono<Batch>> next, Position after) {
    return Mono.defer(() -> run.stopped() ? Mono.empty() : next.apply(after))
        .filter(batch -> !batch.manifestIds().isEmpty())
        .flatMap(batch ->
            remove(run, batch, reason)
                .thenReturn(new Position(batch.repositoryId(), batch.manifestIds().getLast())));
  }

  /** What is immutable, or needed by an index meanwhile, stays; the others go one by one then. */
  private Mono<Void> remove(GarbageRun run, Batch batch, String reason) {
    if (batch.repository().isEmpty()) {
      return Mono.empty();
    }
    Located home = new Located(0, batch.repositoryId(), batch.projectId());
    Actor actor = new Actor("garbage collection", "");
    return remove
        .removeAll(actor, batch.repository().get(), home, batch.manifestIds())
        .doOnNext(gone -> run.removed(batch, gone.size(), reason))
        .onErrorResume(
            RegistryException.class,
            _ ->
                Flux.fromIterable(batch.manifestIds())
                    .concatMap(id -> removeOne(run, actor, batch, home, id, reason))
                    .then(Mono.empty()))
        .then();
  }

  private Mono<Void> removeOne(
      GarbageRun run, Actor actor, Batch batch, Located home, long id, String reason) {
    return remove
        .removeAll(actor, batch.repository().orElseThrow(), home, List.of(id))
        .doOnNext(gone -> run.removed(batch, gone.size(), reason))
        .onErrorResume(RegistryException.class, error -> Mono.fromRunnable(() -> run.kept(error)))
        .then();
  }

  private Mono<Void> deleteBlobs(GarbageRun run, int workers) {
    Instant begin = clock.instant();
    return Flux.range(0, workers)
        .flatMap(_ -> inBatches(run, () -> deleteBatch(run, begin)), workers)
        .then();
  }

  /** The files go while the rows are locked; a retry finds some of them gone, which is no error. */
  private Mono<Integer> deleteBatch(GarbageRun run, Instant begin) {
    return transactions
        .inTx(tx ->
            garbage
                .lockCondemned(tx, begin, clock.instant(), BLOBS)
                .delayUntil(found -> deleteFiles(tx, found)))
        .doOnNext(found -> run.deleted(found.blobs()))
        .map(Condemned::candidates);
  }

  private Mono<Void> deleteFiles(Tx tx, Condemned found) {
    return Flux.fromIterable(found.blobs())
        .flatMap(blob -> store.delete(blob.digest()), 8)
        .then(Mono.defer(() -> garbage.forget(tx, found.blobs().stream().map(Blob::id).toList())));
  }
}
