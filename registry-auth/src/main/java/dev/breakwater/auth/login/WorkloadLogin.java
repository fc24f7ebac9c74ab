package dev.breakwater.auth.login;

import dev.breakwater.core.principal.Caller;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Tokens of a workload's own issuer, which act as a robot. */
public interface WorkloadLogin {
  /**
   * The robot that the token acts as.
   *
   * @param username what came with it; empty if it came alone
   * @param address the client's, for the audit log
   * @return empty if no rule names the token's issuer, or it is no token at all; an error
   *     UNAUTHORIZED if one does and the token proves nothing
   */
  Mono<Caller> login(Optional<String> username, String token, String address);

  /**
   * Whether a rule still lets workloads act as a robot: it is there, enabled, and names the robot.
   */
  default Mono<Boolean> lets(long federationId, long robotId) {
    return Mono.just(false);
  }
}
