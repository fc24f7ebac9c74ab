package dev.breakwater.core.quota;

/**
 * An answer to who asked for room.
 *
 * @param granted in bytes; negative: refused, there is no room
 * @param used by what is there
 * @param reserved for what is under way, without this one
 */
public record Promise(long granted, long used, long reserved, long limit) {
  /** How many bytes the project may still grow beyond what is promised. */
  long left() {
    return limit == Quota.UNLIMITED
        ? Long.MAX_VALUE
        : Math.max(0, limit - used - reserved - Math.max(0, granted));
  }
}
