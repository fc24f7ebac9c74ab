package dev.breakwater.core.job;

import java.util.List;
import java.util.Map;

/**
 * An execution to begin.
 *
 * @param ownerId what it belongs to, such as a retention policy; -1: the system
 * @param attributes what lists show of it at once; the results of its tasks are added
 * @param tasks none: it is a success at once
 */
public record StartJob(
    JobKind kind, long ownerId, Trigger trigger, Map<String, ?> attributes, List<TaskStart> tasks) {
  /** The owner of what belongs to nothing in particular. */
  public static final long SYSTEM = -1;

  public StartJob {
    attributes = Map.copyOf(attributes);
    tasks = List.copyOf(tasks);
  }

  /** An execution of one task whose parameters are shown as attributes. */
  public static StartJob single(
      JobKind kind, long ownerId, Trigger trigger, Map<String, ?> parameters) {
    return new StartJob(kind, ownerId, trigger, parameters, List.of(TaskStart.of(parameters)));
  }
}
