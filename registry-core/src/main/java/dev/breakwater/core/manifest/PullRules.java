package dev.breakwater.core.manifest;

/**
 * What administrators want to know of pulls; it may change while the program runs.
 *
 * @param counted whether they are counted
 * @param timed whether it is noted when something was pulled the last time
 */
public record PullRules(boolean counted, boolean timed) {
  public static final PullRules DEFAULT = new PullRules(true, true);
}
