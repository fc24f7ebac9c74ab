package dev.breakwater.benchmarks.report;

/**
 * A goal and what came out.
 *
 * @param required such as {@code >= 4.0}
 * @param measured in the same unit
 */
public record Verdict(String what, String required, String measured, boolean met) {
  /** The registry that the goals are about. */
  public static final String OURS = "breakwater";
}
