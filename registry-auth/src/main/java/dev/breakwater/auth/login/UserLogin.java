package dev.breakwater.auth.login;

import dev.breakwater.auth.user.LocalLogin;
import dev.breakwater.core.principal.AuthMode;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.IdentityRules;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Log-in of people by name and password. The user {@code admin} and everybody else whose password
 * is here are checked here, whatever {@code auth_mode} says: an unreachable directory must not lock
 * out who could repair it. All others are checked by the one that the mode names.
 */
public final class UserLogin {
  private final LocalLogin local;
  private final Map<AuthMode, ExternalLogin> external;
  private final Mono<IdentityRules> rules;

  public UserLogin(
      LocalLogin local, Map<AuthMode, ExternalLogin> external, Mono<IdentityRules> rules) {
    this.local = local;
    this.external = Map.copyOf(external);
    this.rules = rules;
  }

  /** An error UNAUTHORIZED, which does not say what is wrong, if the two do not belong together. */
  Mono<Caller> login(String username, String password) {
    return local
        .isLocal(username)
        .flatMap(isLocal -> isLocal ? here(username, password) : elsewhere(username, password));
  }

  boolean remembers(String username, String password) {
    return local.remembers(username, password);
  }

  private Mono<Caller> here(String username, String password) {
    return local
        .login(username, password)
        .map(principal -> Caller.of(principal, Credential.PASSWORD));
  }

  private Mono<Caller> elsewhere(String username, String password) {
    return rules.flatMap(rule -> {
      ExternalLogin login = external.get(rule.authMode());
      if (login == null || password.isEmpty()) {
        return here(username, password);
      }
      Credential credential =
          rule.authMode() == AuthMode.OIDC_AUTH ? Credential.CLI_SECRET : Credential.PASSWORD;
      return login
          .login(username, password)
          .map(user -> Caller.of(user.principal(), credential))
          .switchIfEmpty(Mono.error(LocalLogin::wrong));
    });
  }
}
