package dev.breakwater.core.verify;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Deletes files that nothing knows and that are older than the lease.
 *
 * <p>A row is made for each, in a transaction that deletes it again: while it lasts, the end of a
 * push of the same blob waits. A push that has put its file in place before is seen at the file
 * itself, which is another one then.
 */
final class RemoveOrphans {
  /** The files of one transaction. */
  private static final int BATCH = 50;

  private final VerifyRepository rows;
  private final StoredBlobs files;
  private final Transactions transactions;
  private final CheckFiles check;

  RemoveOrphans(
      VerifyRepository rows, StoredBlobs files, Transactions transactions, CheckFiles check) {
    this.rows = rows;
    this.files = files;
    this.transactions = transactions;
    this.check = check;
  }

  Mono<Void> run(VerifyRun run) {
    return Mono.defer(() -> {
      if (run.dryRun() || run.report().orphans() == 0) {
        return Mono.empty();
      }
      if (run.report().hasMostlyOrphans() && !run.options().manyOrphans()) {
        run.report().refused();
        return Mono.empty();
      }
      return Flux.fromIterable(Section.all()).concatMap(section -> remove(run, section)).then();
    });
  }

  private Mono<Void> remove(VerifyRun run, Section section) {
    return files
        .list(section, BATCH)
        .map(page -> page.stream().filter(file -> !check.isYoung(run, file)).toList())
        .filter(page -> !page.isEmpty())
        .concatMap(page -> run.files().take(page.size()).then(unknown(page)), 1)
        .filter(orphans -> !orphans.isEmpty())
        .concatMap(orphans -> transactions.inTx(tx -> remove(tx, orphans)), 1)
        .doOnNext(removed -> removed.forEach(run.report()::removed))
        .then();
  }

  private Mono<List<StoredBlob>> unknown(List<StoredBlob> page) {
    List<Digest> digests = page.stream().map(StoredBlob::digest).toList();
    return Mono.defer(() -> rows.find(digests))
        .map(CheckFiles::byDigest)
        .zipWhen(_ -> rows.restorable(digests).map(HashSet::new))
        .map(known -> without(page, known.getT1(), known.getT2()));
  }

  private static List<StoredBlob> without(
      List<StoredBlob> page, Map<Digest, BlobRow> known, Set<Digest> restorable) {
    return page.stream()
        .filter(file -> !known.containsKey(file.digest()) && !restorable.contains(file.digest()))
        .toList();
  }

  private Mono<List<StoredBlob>> remove(Tx tx, List<StoredBlob> orphans) {
    return rows.claim(tx, orphans)
        .flatMap(claimed ->
            Flux.fromIterable(orphans)
                .filter(file -> claimed.contains(file.digest()))
                .filterWhen(files::remove, 1)
                .collectList()
                .delayUntil(_ -> rows.release(tx, claimed)));
  }
}
