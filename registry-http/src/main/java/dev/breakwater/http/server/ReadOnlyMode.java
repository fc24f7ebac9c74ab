package dev.breakwater.http.server;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * While the installation is read-only, refuses whatever is no reading, in every API: also in those
 * that are added later, because it stands before all of them and knows what passes, not what does
 * not. A use case could not tell a client's push from a job that tidies up, and jobs go on.
 *
 * <p>What passes is how one logs in and how one ends the mode, by these very paths: one that is
 * written in another way, with a slash at its end or with percent signs, does not.
 */
public final class ReadOnlyMode implements Admission {
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  private static final Set<String> PASSING =
      Set.of(
          "PUT /api/v2.0/configurations",
          "POST /service/token",
          "POST /c/login",
          "POST /c/userExists",
          "POST /c/log_out");

  private final ConfigurationSource configuration;

  public ReadOnlyMode(ConfigurationSource configuration) {
    this.configuration = configuration;
  }

  @Override
  public Mono<Void> admit(Exchange exchange) {
    String method = exchange.method().name();
    if (READING.contains(method) || PASSING.contains(method + " " + exchange.path())) {
      return Mono.empty();
    }
    return configuration
        .current()
        .flatMap(settings ->
            settings.flag(ConfigurationItem.READ_ONLY) ? Mono.error(refused()) : Mono.empty());
  }

  private static RegistryException refused() {
    return new RegistryException(
        ErrorCode.READ_ONLY, "The system is in read only mode. Any modification is prohibited.");
  }
}
