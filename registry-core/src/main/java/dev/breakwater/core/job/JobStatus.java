package dev.breakwater.core.job;

import java.util.Locale;

/** How far a task or an execution is. */
public enum JobStatus {
  PENDING,
  SCHEDULED,
  RUNNING,
  STOPPED,
  ERROR,
  SUCCESS;

  /** The word in rows and in the management API, such as {@code Pending}. */
  public String label() {
    return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
  }

  /** Whether nothing will change any more. */
  public boolean ended() {
    return this == STOPPED || this == ERROR || this == SUCCESS;
  }

  public static JobStatus parse(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
