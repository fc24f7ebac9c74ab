package dev.breakwater.auth.token;

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

  static TokenHolder of(Principal principal) {
    return switch (principal) {
      case Principal.Anonymous _ -> new Nobody();
      case Principal.User user -> new User(user.id());
      case Principal.Robot robot -> new Robot(robot.id());
    };
  }
}
