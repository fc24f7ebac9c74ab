package dev.breakwater.auth.token;

import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Principal;

/** Whom a token was issued to. */
public sealed interface TokenHolder {
  /** Nobody in particular. */
  record Nobody() implements TokenHolder {}

  /**
   * A user.
   *
   * @param id their row
   */
  record User(long id) implements TokenHolder {}

  /**
   * A robot.
   *
   * @param id its row
   */
  record Robot(long id) implements TokenHolder {}

  /**
   * A workload that acts as a robot.
   *
   * @param robotId the robot's row
   * @param federationId the rule that let it in
   */
  record Workload(long robotId, long federationId) implements TokenHolder {}

  static TokenHolder of(Caller caller) {
    return switch (caller.principal()) {
      case Principal.Anonymous _ -> new Nobody();
      case Principal.User user -> new User(user.id());
      case Principal.Robot robot ->
          caller
              .federationId()
              .<TokenHolder>map(rule -> new Workload(robot.id(), rule))
              .orElseGet(() -> new Robot(robot.id()));
    };
  }
}
