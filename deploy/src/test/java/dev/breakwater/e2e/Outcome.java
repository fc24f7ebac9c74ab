package dev.breakwater.e2e;

/**
 * How a program ended.
 *
 * @param status its exit status
 * @param output what it printed on standard output
 * @param errors what it printed on standard error
 */
record Outcome(int status, String output, String errors) {

  /** Everything it printed. */
  String text() {
    return output + errors;
  }
}
