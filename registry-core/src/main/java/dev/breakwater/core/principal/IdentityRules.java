package dev.breakwater.core.principal;

import java.time.Duration;
import java.util.Optional;

/**
 * What administrators decided about principals; it may change while the program runs. Whoever needs
 * it asks for it each time it counts.
 *
 * @param authMode where people's passwords are checked
 * @param selfRegistration whether strangers may make themselves a user
 * @param robotNamePrefix what log-in names of robots begin with, not empty
 * @param robotDays how long a robot is good for if its creator does not say, in days; -1: for ever
 * @param sessionTimeout how long a browser session lasts without use
 * @param tokenLifetime how long a token is good for; empty: as the program was started with
 */
public record IdentityRules(
    AuthMode authMode,
    boolean selfRegistration,
    String robotNamePrefix,
    int robotDays,
    Duration sessionTimeout,
    Optional<Duration> tokenLifetime) {
  public static final IdentityRules DEFAULT =
      new IdentityRules(
          AuthMode.DB_AUTH, false, "robot$", 30, Duration.ofMinutes(60), Optional.empty());
}
