package dev.breakwater.core.job;

import java.util.Map;

/**
 * What came of a task that did not fail.
 *
 * @param stopped whether it ended early because it was asked to
 * @param attributes added to the attributes of the task and of its execution, such as {@code
 *     freed_space}; texts, numbers, flags, lists and maps
 */
public record JobResult(boolean stopped, Map<String, Object> attributes) {
  public JobResult {
    attributes = Map.copyOf(attributes);
  }

  public static JobResult done() {
    return done(Map.of());
  }

  public static JobResult done(Map<String, Object> attributes) {
    return new JobResult(false, attributes);
  }

  public static JobResult stopped(Map<String, Object> attributes) {
    return new JobResult(true, attributes);
  }
}
