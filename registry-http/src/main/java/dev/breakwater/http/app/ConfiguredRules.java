package dev.breakwater.http.app;

import dev.breakwater.core.principal.AuthMode;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** What the settings that change while the program runs say about principals. */
final class ConfiguredRules {
  private ConfiguredRules() {}

  static IdentityRules of(Configuration configuration) {
    return new IdentityRules(
        authMode(configuration.text(ConfigurationItem.AUTH_MODE)),
        configuration.flag(ConfigurationItem.SELF_REGISTRATION),
        configuration.text(ConfigurationItem.ROBOT_NAME_PREFIX),
        Math.toIntExact(configuration.number(ConfigurationItem.ROBOT_TOKEN_DURATION)),
        Duration.ofMinutes(configuration.number(ConfigurationItem.SESSION_TIMEOUT)),
        tokenLifetime(configuration));
  }

  /** An administrator's word counts more than {@code token.lifetime}; the fallback does not. */
  private static Optional<Duration> tokenLifetime(Configuration configuration) {
    return configuration.values().containsKey(ConfigurationItem.TOKEN_EXPIRATION)
        ? Optional.of(Duration.ofMinutes(configuration.number(ConfigurationItem.TOKEN_EXPIRATION)))
        : Optional.empty();
  }

  private static AuthMode authMode(String word) {
    return Arrays.stream(AuthMode.values())
        .filter(mode -> mode.label().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("auth_mode is '" + word + "'"));
  }
}
