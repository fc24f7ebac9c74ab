package dev.breakwater.core.verify;

import dev.breakwater.core.oci.Digest;
import java.util.function.Consumer;

/** What a run found and did; every finding is a line. Its steps run one after the other. */
public final class VerifyReport {
  private static final long LONG = 10_000;

  private final Consumer<String> lines;
  private final boolean dryRun;
  private long files;
  private long rows;
  private long hashed;
  private long damaged;
  private long missing;
  private long linked;
  private long found;
  private long young;
  private long orphans;
  private long orphanBytes;
  private long removed;
  private long removedBytes;
  private long foreign;
  private boolean refused;

  VerifyReport(Consumer<String> lines, boolean dryRun) {
    this.lines = lines;
    this.dryRun = dryRun;
  }

  void file() {
    files++;
  }

  void rows(long count) {
    rows += count;
  }

  void hashed() {
    hashed++;
  }

  void foreign(long count) {
    foreign += count;
  }

  void say(String line) {
    lines.accept(line);
  }

  void damaged(StoredBlob file, String why, String where) {
    damaged++;
    say("damaged: " + file.digest() + ", " + file.size() + " bytes: " + why + where);
  }

  void missing(BlobRow row) {
    missing++;
    say(
        "missing: "
            + row.digest()
            + ", "
            + row.size()
            + " bytes, of "
            + row.repository().orElse("no repository")
            + ": there is no such file; a push of it repairs it");
  }

  void missing(LostLink link) {
    missing++;
    say(
        "missing: "
            + link.blob()
            + ": manifest "
            + link.manifest()
            + " of "
            + link.repository()
            + " names it, and there is no such file; a push of it repairs it");
  }

  void linked(LostLink link) {
    linked++;
    say(
        (dryRun ? "lost: " : "linked again: ")
            + link.blob()
            + ": manifest "
            + link.manifest()
            + " of "
            + link.repository()
            + " names it");
  }

  void found(Digest digest) {
    found++;
    say("whole again: " + digest + ", which was missing or damaged before");
  }

  void young() {
    young++;
  }

  void orphan(StoredBlob file) {
    orphans++;
    orphanBytes += file.size();
    if (dryRun) {
      say("orphan: " + file.digest() + ", " + file.size() + " bytes: nothing knows it");
    }
  }

  void removed(StoredBlob file) {
    removed++;
    removedBytes += file.size();
    say("removed: " + file.digest() + ", " + file.size() + " bytes: nothing knew it");
  }

  long orphans() {
    return orphans;
  }

  /** What nothing knows stays. */
  void refused() {
    refused = true;
    say(
        "Most files have no row, so nothing is removed: is this the database that belongs to them?"
            + " If it is, run this again with --many-orphans.");
  }

  /** Whether what nothing knows is so much that something else must be wrong. */
  boolean hasMostlyOrphans() {
    return orphans > 10 && orphans * 2 > files;
  }

  /** Only where it takes a while. */
  void progress(Section section) {
    if (files > LONG) {
      say("up to " + section.begin() + ": " + files + " files");
    }
  }

  void end() {
    say(files + " files, " + rows + " rows, " + hashed + " digests compared");
    say(
        damaged
            + " damaged, "
            + missing
            + " missing, "
            + linked
            + (dryRun ? " lost" : " linked again"));
    say(
        orphans
            + " orphans of "
            + orphanBytes
            + " bytes"
            + (dryRun ? "" : ", " + removed + " removed"));
    sayIf(found, " whole again");
    sayIf(young, " without a row yet, being pushed or not older than the lease");
    sayIf(foreign, " entries that are no blobs, left alone");
    if (dryRun) {
      say("nothing was changed: dry run");
    }
  }

  private void sayIf(long count, String what) {
    if (count > 0) {
      say(count + what);
    }
  }

  /** Whether nothing is damaged or missing, as far as the rows are those of the files. */
  public boolean isWhole() {
    return damaged == 0 && missing == 0 && !refused;
  }

  public long damaged() {
    return damaged;
  }

  public long missing() {
    return missing;
  }

  public long linked() {
    return linked;
  }

  public long removed() {
    return removed;
  }

  public long removedBytes() {
    return removedBytes;
  }
}
