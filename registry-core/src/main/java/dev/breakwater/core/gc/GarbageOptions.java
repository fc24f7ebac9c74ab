package dev.breakwater.core.gc;

import dev.breakwater.core.json.JsonValue;

/**
 * What a run of garbage collection does.
 *
 * @param deleteUntagged whether artifacts without a tag go, too
 * @param purgeDeleted whether what was deleted and could still be brought back goes now
 * @param dryRun whether it only says what would go
 * @param workers how many batches of blobs are deleted side by side, 1 to {@value #MAX_WORKERS}
 */
public record GarbageOptions(
    boolean deleteUntagged, boolean purgeDeleted, boolean dryRun, int workers) {
  public static final int MAX_WORKERS = 10;

  /** As a job carries them; what is missing is off. */
  public static GarbageOptions of(JsonValue parameters) {
    return new GarbageOptions(
        parameters.get("delete_untagged").bool().orElse(false),
        parameters.get("purge_deleted").bool().orElse(false),
        parameters.get("dry_run").bool().orElse(false),
        (int) Math.clamp(parameters.get("workers").wholeNumber().orElse(1), 1, MAX_WORKERS));
  }
}
