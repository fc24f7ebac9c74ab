package dev.breakwater.core.principal;

import dev.breakwater.core.access.RobotAccess;
import java.util.Optional;

/** Whoever acts. */
public sealed interface Principal {
  /** Nobody in particular: no credential was presented. */
  record Anonymous() implements Principal {
    @Override
    public String name() {
      return "anonymous";
    }

    @Override
    public boolean systemAdministrator() {
      return false;
    }
  }

  /**
   * A person with a row, wherever their password is checked.
   *
   * @param id the user's row
   */
  record User(long id, String name, boolean systemAdministrator) implements Principal {}

  /**
   * A robot, also when a workload acts as it by a token of another issuer.
   *
   * @param id the robot's row
   * @param name the whole log-in name, such as {@code robot$library+ci}
   * @param projectId the project it belongs to; empty: the system
   * @param access what it was given
   */
  record Robot(long id, String name, Optional<Long> projectId, RobotAccess access)
      implements Principal {
    @Override
    public boolean systemAdministrator() {
      return false;
    }
  }

  /** What log lines and audit rows show. */
  String name();

  /** Whether everything is allowed; never for a robot. */
  boolean systemAdministrator();

  /** A name that is unique over all kinds: who began an upload is compared by it. */
  default String key() {
    return switch (this) {
      case Anonymous _ -> "anonymous";
      case User user -> "user:" + user.id();
      case Robot robot -> "robot:" + robot.id();
    };
  }
}
