package dev.breakwater.core.job;

import java.util.Map;

/**
 * A task to begin.
 *
 * @param parameters what the handler gets; a JSON object as a map, no secrets
 * @param attributes what lists show of it at once
 */
public record TaskStart(Map<String, ?> parameters, Map<String, ?> attributes) {
  public TaskStart {
    parameters = Map.copyOf(parameters);
    attributes = Map.copyOf(attributes);
  }

  public static TaskStart of(Map<String, ?> parameters) {
    return new TaskStart(parameters, Map.of());
  }
}
