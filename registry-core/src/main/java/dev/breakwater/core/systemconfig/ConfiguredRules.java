package dev.breakwater.core.systemconfig;

import dev.breakwater.core.principal.AuthMode;
import dev.breakwater.core.principal.IdentityRules;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What the settings say about principals. */
public final class ConfiguredRules {
  private ConfiguredRules() {}

  public static IdentityRules of(Configuration configuration) {
    return new IdentityRules(
        AuthMode.valueOf(configuration.text(ConfigurationItem.AUTH_MODE).toUpperCase(Locale.ROOT)),
        configuration.flag(ConfigurationItem.SELF_REGISTRATION),
        configuration.text(ConfigurationItem.ROBOT_NAME_PREFIX),
        Math.toIntExact(configuration.number(ConfigurationItem.ROBOT_TOKEN_DURATION)),
        Duration.ofMinutes(configuration.number(ConfigurationItem.SESSION_TIMEOUT)),
        configuration.values().containsKey(ConfigurationItem.TOKEN_EXPIRATION)
            ? Optional.of(
                Duration.ofMinutes(configuration.number(ConfigurationItem.TOKEN_EXPIRATION)))
            : Optional.empty());
  }
}
