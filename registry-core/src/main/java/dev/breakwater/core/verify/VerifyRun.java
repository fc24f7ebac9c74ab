package dev.breakwater.core.verify;

import dev.breakwater.core.oci.Digest;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * One run.
 *
 * @param begin files that were changed within a lease before this are young
 * @param lost blobs that a dry run would have linked again
 * @param projects those that got links
 */
record VerifyRun(
    VerifyOptions options,
    VerifyReport report,
    Pace files,
    Pace bytes,
    Instant begin,
    Set<Digest> lost,
    Set<Long> projects) {
  VerifyRun(VerifyOptions options, VerifyReport report, Pace files, Pace bytes, Instant begin) {
    this(options, report, files, bytes, begin, new HashSet<>(), new HashSet<>());
  }

  boolean dryRun() {
    return options.dryRun();
  }
}
