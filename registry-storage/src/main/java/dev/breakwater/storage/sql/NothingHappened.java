package dev.breakwater.storage.sql;

import java.util.Objects;

/** The connection broke, but before anything could come of it. */
final class NothingHappened extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NothingHappened(Throwable loss) {
    super(loss.getMessage(), loss, false, false);
  }

  @Override
  public Throwable getCause() {
    return Objects.requireNonNull(super.getCause());
  }
}
