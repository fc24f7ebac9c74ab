package dev.breakwater.core.verify;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Finds rows whose files are missing. */
final class CheckRows {
  private static final int PAGE = 500;
  private static final int AT_ONCE = 8;

  private final VerifyRepository rows;
  private final StoredBlobs files;
  private final Transactions transactions;

  CheckRows(VerifyRepository rows, StoredBlobs files, Transactions transactions) {
    this.rows = rows;
    this.files = files;
    this.transactions = transactions;
  }

  Mono<Void> check(VerifyRun run, Section section) {
    return page(run, section, section.begin()).expand(last -> page(run, section, last)).then();
  }

  /** The last digest; empty: there are no more. */
  private Mono<String> page(VerifyRun run, Section section, String after) {
    return rows.blobs(after, section.end(), PAGE)
        .filter(found -> !found.isEmpty())
        .delayUntil(found -> run.files().take(found.size()))
        .delayUntil(found -> look(run, found))
        .map(found -> found.getLast().digest().toString());
  }

  private Mono<Void> look(VerifyRun run, List<BlobRow> found) {
    run.report().rows(found.size());
    return absent(found)
        .map(absent -> absent.stream().map(BlobRow::digest).toList())
        .filter(absent -> !absent.isEmpty())
        .flatMap(absent -> transactions.inTx(tx -> confirm(tx, run, absent)))
        .doOnNext(missing -> missing.forEach(run.report()::missing))
        .then();
  }

  /** Under the lock: garbage collection deletes files before their rows, pushes the other way. */
  private Mono<List<BlobRow>> confirm(Tx tx, VerifyRun run, List<Digest> digests) {
    return rows.lock(tx, digests)
        .map(locked -> locked.stream().filter(BlobRow::isLinked).toList())
        .flatMap(this::absent)
        .delayUntil(missing ->
            run.dryRun() || missing.isEmpty()
                ? Mono.empty()
                : rows.markLost(tx, missing.stream().map(BlobRow::id).toList(), run.begin()));
  }

  private Mono<List<BlobRow>> absent(List<BlobRow> found) {
    return Flux.fromIterable(found)
        .filterWhen(row -> files.find(row.digest()).hasElement().map(there -> !there), AT_ONCE)
        .collectList();
  }
}
