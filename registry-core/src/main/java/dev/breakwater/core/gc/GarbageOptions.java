package dev.breakwater.core.gc;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  private static final List<String> FLAGS =
      List.of("delete_untagged", "purge_deleted", "dry_run", "delete_tag");

  /** As a job carries them; what is missing is off. */
  public static GarbageOptions of(JsonValue parameters) {
    return new GarbageOptions(
        parameters.get("delete_untagged").bool().orElse(false),
        parameters.get("purge_deleted").bool().orElse(false),
        parameters.get("dry_run").bool().orElse(false),
        (int) Math.clamp(parameters.get("workers").wholeNumber().orElse(1), 1, MAX_WORKERS));
  }

  /**
   * The parameters that a client gave, checked and completed. {@code delete_tag} is for Harbor's
   * registry, whose tags are files: it is kept and shown, ours are rows.
   *
   * @throws RegistryException BAD_REQUEST
   */
  public static Map<String, Object> check(JsonValue given) {
    Map<String, Object> checked = new LinkedHashMap<>();
    for (String flag : FLAGS) {
      checked.put(flag, flag(given, flag));
    }
    checked.put("workers", workers(given.get("workers")));
    return checked;
  }

  private static boolean flag(JsonValue given, String name) {
    JsonValue value = given.get(name);
    return !value.isAbsent()
        && value.bool().orElseThrow(() -> bad(name + " must be true or false"));
  }

  private static long workers(JsonValue value) {
    if (value.isAbsent()) {
      return 1;
    }
    long workers = value.wholeNumber().orElseThrow(() -> bad("workers must be a whole number"));
    if (workers < 1 || workers > MAX_WORKERS) {
      throw bad("workers is " + workers + "; it must be from 1 to " + MAX_WORKERS);
    }
    return workers;
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
