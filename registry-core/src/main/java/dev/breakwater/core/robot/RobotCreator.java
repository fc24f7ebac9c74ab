package dev.breakwater.core.robot;

import java.util.Locale;

/** Who made a robot: a user or another robot, by the number of its row. */
public record RobotCreator(Kind kind, long id) {
  /** What kind of principal. */
  public enum Kind {
    LOCAL,
    ROBOT;

    /** The word in rows and in the management API. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
