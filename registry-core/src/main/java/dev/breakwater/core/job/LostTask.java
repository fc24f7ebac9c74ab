package dev.breakwater.core.job;

/** Another worker has taken over the task; whatever this one still does must not count. */
public final class LostTask extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LostTask(long taskId) {
    super("task " + taskId + " is run by another worker now");
  }
}
