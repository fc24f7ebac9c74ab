package dev.breakwater.core.verify;

import dev.breakwater.core.quota.QuotaRepository;
import dev.breakwater.core.transaction.Transactions;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Compares the files of the blob store with the rows, section by section, while pushes, pulls and
 * garbage collection go on.
 *
 * <ul>
 *   <li>A file that is not what its digest says is moved aside, and its blob is marked as lost: it
 *       is answered as unknown and no manifest may name it until somebody pushes it again.
 *   <li>A row without a file is marked in the same way.
 *   <li>A blob that a manifest names and nothing links is linked again if its file is whole.
 *   <li>A file without a row that is older than the lease is deleted; last, and not if most files
 *       have none.
 * </ul>
 *
 * <p>What looks wrong is looked at once more under the lock of the blob's row before anything is
 * done: pushes put their file in place before their row, garbage collection deletes the file first.
 */
public final class VerifyStorage {
  private static final int PROGRESS = 64;

  private final StoredBlobs files;
  private final QuotaRepository quotas;
  private final Scheduler timer;
  private final Clock clock;
  private final RelinkBlobs relink;
  private final CheckRows checkRows;
  private final CheckFiles checkFiles;
  private final RemoveOrphans removeOrphans;

  /**
   * @param lease how long a file may be without a row, and a blob without a manifest
   * @param timer waits where the rate demands it
   */
  public VerifyStorage(
      VerifyRepository rows,
      StoredBlobs files,
      Transactions transactions,
      QuotaRepository quotas,
      Duration lease,
      Scheduler timer,
      Clock clock) {
    this.files = files;
    this.quotas = quotas;
    this.timer = timer;
    this.clock = clock;
    checkRows = new CheckRows(rows, files, transactions);
    checkFiles = new CheckFiles(rows, files, transactions, lease);
    relink = new RelinkBlobs(rows, files, transactions, checkFiles, lease);
    removeOrphans = new RemoveOrphans(rows, files, transactions, checkFiles);
  }

  /**
   * @param lines gets what is found, for people
   */
  public Mono<VerifyReport> run(VerifyOptions options, Consumer<String> lines) {
    return Mono.defer(() -> {
      VerifyReport report = new VerifyReport(lines, options.dryRun());
      VerifyRun run =
          new VerifyRun(
              options,
              report,
              new Pace(options.filesPerSecond(), timer),
              new Pace(options.bytesPerSecond(), timer),
              clock.instant());
      return putBack(run)
          .then(Mono.defer(() -> relink.run(run)))
          .thenMany(Flux.fromIterable(Section.all()).index())
          .concatMap(section -> check(run, section.getT1(), section.getT2()), 1)
          .then(removeOrphans.run(run))
          .thenMany(Flux.defer(() -> Flux.fromIterable(run.projects())))
          .concatMap(quotas::recount)
          .then(
              Mono.fromSupplier(() -> {
                report.end();
                return report;
              }));
    });
  }

  private Mono<Void> putBack(VerifyRun run) {
    return run.dryRun()
        ? Mono.empty()
        : files
            .putBack()
            .filter(count -> count > 0)
            .doOnNext(count ->
                run.report().say(count + " files that an interrupted run left aside put back"))
            .then();
  }

  private Mono<Void> check(VerifyRun run, long index, Section section) {
    return checkRows
        .check(run, section)
        .then(Mono.defer(() -> checkFiles.check(run, section)))
        .then(
            Mono.fromRunnable(() -> {
              if ((index + 1) % PROGRESS == 0) {
                run.report().progress(section);
              }
            }));
  }
}
