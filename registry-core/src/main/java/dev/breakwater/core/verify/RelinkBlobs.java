package dev.breakwater.core.verify;

import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.core.verify.VerifyRepository.LostLinks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Finds blobs that manifests name and nothing links, and links those whose files are whole. */
final class RelinkBlobs {
  private static final int MANIFESTS = 100;

  private final VerifyRepository rows;
  private final StoredBlobs files;
  private final Transactions transactions;
  private final CheckFiles check;
  private final Duration lease;

  RelinkBlobs(
      VerifyRepository rows,
      StoredBlobs files,
      Transactions transactions,
      CheckFiles check,
      Duration lease) {
    this.rows = rows;
    this.files = files;
    this.transactions = transactions;
    this.check = check;
    this.lease = lease;
  }

  Mono<Void> run(VerifyRun run) {
    return page(run, 0).expand(last -> page(run, last)).then();
  }

  private Mono<Long> page(VerifyRun run, long after) {
    return rows.lostLinks(after, MANIFESTS)
        .filter(page -> page.last() > 0)
        .delayUntil(_ -> run.files().take(MANIFESTS))
        .delayUntil(page -> Flux.fromIterable(page.links()).concatMap(link -> repair(run, link)))
        .map(LostLinks::last);
  }

  private Mono<Void> repair(VerifyRun run, LostLink link) {
    return files
        .find(link.blob())
        .flatMap(file -> compare(run, link, file).thenReturn(true))
        .switchIfEmpty(Mono.defer(() -> missing(run, link)))
        .then();
  }

  /** Content that lies elsewhere need not be here. */
  private Mono<Boolean> missing(VerifyRun run, LostLink link) {
    return rows.manifest(link.manifestId())
        .filter(manifest -> !manifest.namesRemotely(link.blob()))
        .doOnNext(_ -> run.report().missing(link))
        .map(_ -> true);
  }

  private Mono<Void> compare(VerifyRun run, LostLink link, StoredBlob file) {
    return files
        .hash(file.digest(), run.bytes())
        .doOnNext(_ -> run.report().hashed())
        .flatMap(actual ->
            actual.equals(file.digest())
                ? link(run, link, file)
                : check.putAside(run, file, "its bytes have the digest " + actual))
        .onErrorResume(IOException.class, error -> CheckFiles.unreadable(run, file, error));
  }

  private Mono<Void> link(VerifyRun run, LostLink link, StoredBlob file) {
    if (run.dryRun()) {
      run.lost().add(link.blob());
      return Mono.fromRunnable(() -> run.report().linked(link));
    }
    return transactions
        .inTx(tx -> link(tx, run, link, file))
        .doOnNext(_ -> run.projects().add(link.projectId()))
        .doOnNext(_ -> run.report().linked(link))
        .then();
  }

  /** Under the lock: if garbage collection came first, the file is gone and stays unlinked. */
  private Mono<Boolean> link(Tx tx, VerifyRun run, LostLink link, StoredBlob file) {
    return rows.claim(tx, List.of(file))
        .flatMap(claimed ->
            rows.lock(tx, List.of(link.blob()))
                .then(Mono.defer(() -> files.find(link.blob())))
                .filter(file::isSameAs)
                .flatMap(_ ->
                    rows.link(tx, link.repositoryId(), link.blob(), run.begin().plus(lease))
                        .thenReturn(true))
                .switchIfEmpty(
                    Mono.defer(() -> rows.release(tx, claimed).then(Mono.<Boolean>empty()))));
  }
}
