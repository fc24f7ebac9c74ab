package dev.breakwater.benchmarks.row;

/** What the goals compare with. */
final class Names {
  static final String OLD = "docker-registry";
  static final String NEW = "distribution";

  /** A project that Breakwater makes at its first start. */
  static final String REPOSITORY = "library/side-by-side";

  private Names() {}
}
