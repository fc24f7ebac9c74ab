package dev.breakwater.core.job;

/**
 * A kind of work: Harbor's vendor type.
 *
 * @param name such as {@code GARBAGE_COLLECTION}
 * @param concurrency how many tasks of it run at once over all replicas; 0: as many as there are
 *     workers
 * @param attempts how often a task may fail before it is given up, 1 or more; a worker that dies is
 *     no failure
 * @param priority higher ones are taken first
 */
public record JobKind(String name, int concurrency, int attempts, int priority) {
  public static final JobKind GARBAGE_COLLECTION = new JobKind("GARBAGE_COLLECTION", 1, 1, 0);
  public static final JobKind PURGE_AUDIT_LOG = new JobKind("PURGE_AUDIT_LOG", 1, 1, 0);
  public static final JobKind RETENTION = new JobKind("RETENTION", 0, 3, 0);

  /** What tidies up can wait. */
  public static final JobKind QUOTA_RECOUNT = new JobKind("QUOTA_RECOUNT", 1, 3, -10);

  public static final JobKind EXECUTION_SWEEP = new JobKind("EXECUTION_SWEEP", 1, 3, -10);

  /** What a kind without limit has as concurrency. */
  public static final int UNLIMITED = 0;
}
