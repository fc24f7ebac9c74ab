package dev.breakwater.core.gc;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a garbage collection is told.
 *
 * @param deleteUntagged whether artifacts without a tag go
 * @param dryRun only count
 * @param workers how many delete at once, 1 to {@value #MAX_WORKERS}
 * @param deleteTag what Harbor needs for its registry; kept and shown, our tags are rows
 */
public record GcParameters(boolean deleteUntagged, boolean dryRun, int workers, boolean deleteTag) {
  public static final int MAX_WORKERS = 10;

  /** The parameters that a client gave, checked and completed. */
  public static Map<String, Object> check(JsonValue given) {
    GcParameters parameters = parse(given);
    Map<String, Object> checked = new LinkedHashMap<>();
    checked.put("delete_untagged", parameters.deleteUntagged());
    checked.put("dry_run", parameters.dryRun());
    checked.put("workers", parameters.workers());
    checked.put("delete_tag", parameters.deleteTag());
    return checked;
  }

  /**
   * @throws RegistryException BAD_REQUEST
   */
  public static GcParameters parse(JsonValue given) {
    return new GcParameters(
        flag(given, "delete_untagged"),
        flag(given, "dry_run"),
        workers(given.get("workers")),
        flag(given, "delete_tag"));
  }

  private static boolean flag(JsonValue given, String name) {
    JsonValue value = given.get(name);
    return !value.isAbsent()
        && value.bool().orElseThrow(() -> bad(name + " must be true or false"));
  }

  private static int workers(JsonValue value) {
    if (value.isAbsent()) {
      return 1;
    }
    long workers = value.wholeNumber().orElseThrow(() -> bad("workers must be a whole number"));
    if (workers < 1 || workers > MAX_WORKERS) {
      throw bad("workers is " + workers + "; it must be from 1 to " + MAX_WORKERS);
    }
    return Math.toIntExact(workers);
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
