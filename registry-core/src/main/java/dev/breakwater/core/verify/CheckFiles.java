package dev.breakwater.core.verify;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Finds files that are not what their digests or their rows say, or that have no row. */
final class CheckFiles {
  static final int PAGE = 500;

  private final VerifyRepository rows;
  private final StoredBlobs files;
  private final Transactions transactions;
  private final Duration lease;

  CheckFiles(VerifyRepository rows, StoredBlobs files, Transactions transactions, Duration lease) {
    this.rows = rows;
    this.files = files;
    this.transactions = transactions;
    this.lease = lease;
  }

  Mono<Void> check(VerifyRun run, Section section) {
    return files
        .list(section, PAGE)
        .concatMap(
            page -> run.files().take(page.size()).then(Mono.defer(() -> judge(run, page))), 1)
        .then(files.countForeign(section))
        .doOnNext(run.report()::foreign)
        .then();
  }

  private Mono<Void> judge(VerifyRun run, List<StoredBlob> page) {
    return rows.find(page.stream().map(StoredBlob::digest).toList())
        .map(CheckFiles::byDigest)
        .flatMap(known ->
            Flux.fromIterable(page)
                .concatMap(file -> judge(run, file, known.get(file.digest())))
                .then());
  }

  static Map<Digest, BlobRow> byDigest(List<BlobRow> found) {
    return found.stream().collect(Collectors.toMap(BlobRow::digest, Function.identity()));
  }

  private Mono<Void> judge(VerifyRun run, StoredBlob file, @Nullable BlobRow row) {
    run.report().file();
    if (row == null) {
      return Mono.fromRunnable(() -> unknown(run, file));
    }
    boolean read = run.options().rehash() || row.lost() || row.size() != file.size();
    return read ? compare(run, file, row) : Mono.empty();
  }

  private void unknown(VerifyRun run, StoredBlob file) {
    if (isYoung(run, file)) {
      run.report().young();
    } else if (!run.lost().contains(file.digest())) {
      run.report().orphan(file);
    }
  }

  /** It may be of a push whose row is not committed yet. */
  boolean isYoung(VerifyRun run, StoredBlob file) {
    return file.changedAt().isAfter(run.begin().minus(lease));
  }

  private Mono<Void> compare(VerifyRun run, StoredBlob file, BlobRow row) {
    return files
        .hash(file.digest(), run.bytes())
        .doOnNext(_ -> run.report().hashed())
        .flatMap(actual ->
            actual.equals(file.digest())
                ? whole(run, file, row)
                : putAside(run, file, "its bytes have the digest " + actual))
        .onErrorResume(IOException.class, error -> unreadable(run, file, error));
  }

  /** Left where it is: the next one to read it may have more luck. */
  static Mono<Void> unreadable(VerifyRun run, StoredBlob file, IOException error) {
    return Mono.fromRunnable(
        () -> run.report().damaged(file, "it cannot be read: " + error.getMessage(), ""));
  }

  private Mono<Void> whole(VerifyRun run, StoredBlob file, BlobRow row) {
    if (row.size() != file.size()) {
      return Mono.fromRunnable(
          () -> run.report().damaged(file, "its bytes are right, its row says " + row.size(), ""));
    }
    if (!row.lost()) {
      return Mono.empty();
    }
    return run.dryRun()
        ? Mono.fromRunnable(() -> run.report().found(file.digest()))
        : transactions
            .inTx(tx -> markFound(tx, file))
            .doOnNext(_ -> run.report().found(file.digest()))
            .then();
  }

  private Mono<Boolean> markFound(Tx tx, StoredBlob file) {
    return rows.lock(tx, List.of(file.digest()))
        .filterWhen(_ -> isThere(file))
        .flatMap(locked ->
            rows.markFound(tx, locked.stream().map(BlobRow::id).toList()).thenReturn(true));
  }

  private Mono<Boolean> isThere(StoredBlob file) {
    return files.find(file.digest()).map(file::isSameAs).defaultIfEmpty(false);
  }

  /** The row is marked even if there is none any more: whoever links it next must push it. */
  Mono<Void> putAside(VerifyRun run, StoredBlob file, String why) {
    return run.dryRun()
        ? Mono.fromRunnable(() -> run.report().damaged(file, why, ""))
        : transactions
            .inTx(tx -> putAside(tx, run, file))
            .doOnNext(where -> run.report().damaged(file, why, "; moved to " + where))
            .then();
  }

  /** Under the lock, so that the end of a push that brings it again comes before or after. */
  private Mono<String> putAside(Tx tx, VerifyRun run, StoredBlob file) {
    return rows.lock(tx, List.of(file.digest()))
        .flatMap(locked ->
            files
                .quarantine(file)
                .delayUntil(_ ->
                    rows.markLost(tx, locked.stream().map(BlobRow::id).toList(), run.begin())));
  }
}
