package dev.breakwater.core.gc;

import dev.breakwater.core.blob.BlobSettings;
import dev.breakwater.core.blob.BlobStore;
import dev.breakwater.core.gc.GarbageRepository.Blob;
import dev.breakwater.core.gc.GarbageRepository.Condemned;
import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.JobHandler;
import dev.breakwater.core.job.JobKind;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.manifest.ExpiryTermSource;
import dev.breakwater.core.manifest.RemoveManifests;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.function.Tuple2;

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
  /** Small: a push that comes in between waits for one batch at most. */
  private static final int LINKS = 50;

  private static final int BLOBS = 20;
  private static final int MANIFESTS = 100;
  private static final int ROWS = 1000;

  /** For so many times as long as a batch took, a worker rests. */
  private static final int REST = 3;

  /** More would take the processors and disks from pushes while a batch runs. */
  private static final int FILES_AT_ONCE = 2;

  /** A manifest that was pushed by digest may get its tag, or its index, a moment later. */
  private static final Duration UNTAGGED_AGE = Duration.ofHours(2);

  private final GarbageRepository garbage;
  private final RemoveManifests remove;
  private final ArtifactSweep sweep;
  private final BlobStore store;
  private final Transactions transactions;
  private final BlobSettings settings;
  private final Duration tagHistory;
  private final Scheduler timer;
  private final Clock clock;

  /**
   * @param terms the rules by which artifacts end, as they are now
   * @param tagHistory how long changes of tags are kept
   * @param timer for rests between batches
   */
  public GarbageCollector(
      GarbageRepository garbage,
      RemoveManifests remove,
      ExpiryTermSource terms,
      BlobStore store,
      Transactions transactions,
      BlobSettings settings,
      Duration tagHistory,
      Scheduler timer,
      Clock clock) {
    this.garbage = garbage;
    this.remove = remove;
    this.sweep = new ArtifactSweep(garbage, remove, terms);
    this.store = store;
    this.transactions = transactions;
    this.settings = settings;
    this.tagHistory = tagHistory;
    this.timer = timer;
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
      GarbageRun run = GarbageRun.of(job);
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
    return estimate(options, Integer.MAX_VALUE)
        .map(found -> {
          run.wouldDelete(found);
          return run.result();
        });
  }

  /**
   * What a run would free now.
   *
   * @param limit looks at so many candidates of each kind at most
   */
  Mono<Estimate> estimate(GarbageOptions options, int limit) {
    boolean forgets = options.purgeDeleted() || !remove.keepsDeleted();
    Instant now = clock.instant();
    return sweep
        .spared(now, limit)
        .flatMap(
            spared -> garbage.estimate(options, untaggedBefore(), now, spared, forgets, limit));
  }

  private Mono<JobResult> collect(GarbageRun run, GarbageOptions options) {
    Instant begin = clock.instant();
    Instant restorable = options.purgeDeleted() ? Instant.MAX : begin;
    return sweep
        .removeExpired(run, begin)
        .then(
            options.deleteUntagged()
                ? Mono.defer(() -> sweep.removeUntagged(run, untaggedBefore()))
                : Mono.empty())
        .then(
            inBatches(
                run,
                () -> transactions.inTx(tx -> garbage.purgeDeleted(tx, restorable, MANIFESTS))))
        .then(Mono.defer(() -> reviewLinks(run)))
        .then(inBatches(run, () -> transactions.inTx(tx -> garbage.purgeRepositories(tx, ROWS))))
        .then(Mono.defer(() -> deleteBlobs(run, options.workers())))
        .then(Mono.fromSupplier(run::result));
  }

  /** With those that the steps before gave reason to look at. */
  private Mono<Void> reviewLinks(GarbageRun run) {
    Instant now = clock.instant();
    return inBatches(run, () -> transactions.inTx(tx -> garbage.reviewLinks(tx, now, LINKS)));
  }

  /** Again and again until there is nothing left, or it shall stop. */
  private Mono<Void> inBatches(GarbageRun run, Supplier<Mono<Integer>> batch) {
    return Mono.defer(() -> run.stopped() ? Mono.just(0) : thenRest(batch.get()))
        .repeat()
        .takeUntil(count -> count == 0)
        .then();
  }

  /** Pushes and pulls come first: after each batch a worker leaves the machine to them. */
  private Mono<Integer> thenRest(Mono<Integer> batch) {
    return batch
        .elapsed(timer)
        .delayUntil(done ->
            done.getT2() == 0
                ? Mono.empty()
                : Mono.delay(Duration.ofMillis(REST * done.getT1()), timer))
        .map(Tuple2::getT2);
  }

  /** Deletes what expired by now; now and then, whether garbage is collected or not. */
  public Mono<Void> expire() {
    return Mono.defer(() -> sweep.removeExpired(GarbageRun.byItself(), clock.instant()));
  }

  /** Forgets changes of tags that are old enough; now and then, likewise. */
  public Mono<Void> forgetTagChanges() {
    return Mono.defer(() -> {
      Instant end = clock.instant().minus(tagHistory);
      return inBatches(GarbageRun.byItself(), () -> garbage.purgeTagChanges(end, ROWS));
    });
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
                .delayUntil(found -> deleteFiles(tx, found))
                .delayUntil(found -> run.keepBlobs(tx, found.blobs())))
        .doOnNext(found -> run.deleted(found.blobs()))
        .map(Condemned::candidates);
  }

  private Mono<Void> deleteFiles(Tx tx, Condemned found) {
    return Flux.fromIterable(found.blobs())
        .flatMap(blob -> store.delete(blob.digest()), FILES_AT_ONCE)
        .then(Mono.defer(() -> garbage.forget(tx, found.blobs().stream().map(Blob::id).toList())));
  }
}
