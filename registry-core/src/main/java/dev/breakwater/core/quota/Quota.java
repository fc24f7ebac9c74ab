package dev.breakwater.core.quota;

import java.time.Instant;

/**
 * How much a project may hold, and how much it does. Its number is the project's.
 *
 * @param ownerName who created the project; empty: the program
 * @param limit in bytes, {@link #UNLIMITED}: none
 * @param used in bytes: every content of the project once
 */
public record Quota(
    long projectId,
    String projectName,
    String ownerName,
    long limit,
    long used,
    Instant createdAt,
    Instant updatedAt) {
  public static final long UNLIMITED = -1;

  /** From which part of the limit on people are warned. */
  public static final int WARNING_PERCENT = 85;
}
