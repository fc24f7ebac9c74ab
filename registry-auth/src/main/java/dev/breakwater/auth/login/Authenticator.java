package dev.breakwater.auth.login;

import dev.breakwater.auth.robot.RobotLogin;
import dev.breakwater.auth.token.ExpiredTokenException;
import dev.breakwater.auth.token.InvalidTokenException;
import dev.breakwater.auth.token.TokenHolder;
import dev.breakwater.auth.token.TokenVerifier;
import dev.breakwater.auth.token.VerifiedToken;
import dev.breakwater.auth.user.LocalLogin;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.principal.Principal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * From the Authorization header of a request to its caller. A password limits nothing; a token
 * limits the caller to what it was issued for. Made for the event loop: with a warm cache it
 * completes at once, on the calling thread.
 *
 * <p>The order for name and password: a robot, if the name begins like one; a workload, if the
 * password is a token of an issuer that a rule names; else a person. For a bearer: ours, then those
 * of others that are good at this door.
 */
public final class Authenticator {
  private static final Mono<Caller> ANONYMOUS = Mono.just(Caller.ANONYMOUS);
  private static final Mono<Caller> HOLDER_GONE =
      Mono.error(() ->
          new InvalidTokenException("whom the token was issued to does not exist or is disabled"));

  private final LocalLogin users;
  private final RobotLogin robots;
  private final UserLogin people;
  private final WorkloadLogin workloads;
  private final List<BearerLogin> bearers;
  private final TokenVerifier tokens;
  private final LoginThrottle throttle;
  private final Mono<IdentityRules> rules;

  /**
   * @param bearers good at the management API and at the token service
   */
  public Authenticator(
      LocalLogin users,
      RobotLogin robots,
      UserLogin people,
      WorkloadLogin workloads,
      List<BearerLogin> bearers,
      TokenVerifier tokens,
      LoginThrottle throttle,
      Mono<IdentityRules> rules) {
    this.users = users;
    this.robots = robots;
    this.people = people;
    this.workloads = workloads;
    this.bearers = List.copyOf(bearers);
    this.tokens = tokens;
    this.throttle = throttle;
    this.rules = rules;
  }

  /**
   * The caller; {@link Caller#ANONYMOUS} if there is no header.
   *
   * @param authorization the header's value
   * @param address the client's
   * @return an error UNAUTHORIZED if there is a header that proves nothing; for a bearer token it
   *     is an {@link InvalidTokenException}, which the OCI API answers with {@code
   *     error="invalid_token"} in the challenge; an {@link ExpiredTokenException} if nothing else
   *     is wrong with it; TOO_MANY_REQUESTS after too many wrong ones
   */
  public Mono<Caller> authenticate(@Nullable String authorization, Door door, String address) {
    return switch (AuthorizationHeader.parse(authorization)) {
      case AuthorizationHeader.None _ -> ANONYMOUS;
      case AuthorizationHeader.Basic(String username, String password) ->
          login(username, password, address);
      case AuthorizationHeader.Bearer(String token) -> bearer(token, door, address);
      case AuthorizationHeader.Unusable(String reason) ->
          Mono.error(new RegistryException(ErrorCode.UNAUTHORIZED, reason));
    };
  }

  /** The caller with this name and password, however they came. */
  public Mono<Caller> login(String username, String password, String address) {
    return rules.flatMap(rule -> {
      String prefix = rule.robotNamePrefix();
      if (!prefix.isEmpty() && username.startsWith(prefix)) {
        return robot(username, username.substring(prefix.length()), password, address);
      }
      if (!WorkloadToken.looksLike(password)) {
        return person(username, password, address);
      }
      return workloads
          .login(Optional.of(username), password, address)
          .switchIfEmpty(Mono.defer(() -> person(username, password, address)));
    });
  }

  private Mono<Caller> robot(String username, String name, String secret, String address) {
    Mono<Caller> login =
        robots.login(name, secret).map(principal -> Caller.of(principal, Credential.ROBOT_SECRET));
    return robots.remembers(name, secret) ? login : throttled(username, address, login);
  }

  private Mono<Caller> person(String username, String password, String address) {
    Mono<Caller> login = people.login(username, password);
    return people.remembers(username, password) ? login : throttled(username, address, login);
  }

  private Mono<Caller> throttled(String username, String address, Mono<Caller> login) {
    return Mono.defer(() -> {
      throttle.enter(username, address);
      return login
          .doOnNext(_ -> throttle.succeeded(username, address))
          .onErrorResume(
              Authenticator::isRefusal,
              refusal -> throttle.failed(username, address).then(Mono.error(refusal)));
    });
  }

  private static boolean isRefusal(Throwable error) {
    return error instanceof RegistryException known && known.code() == ErrorCode.UNAUTHORIZED;
  }

  private Mono<Caller> bearer(String token, Door door, String address) {
    Mono<Boolean> ours = door == Door.REGISTRY ? Mono.just(true) : tokens.isOurs(token);
    return ours.flatMap(
        is -> is ? tokens.verify(token).flatMap(this::callerOf) : foreign(token, door, address));
  }

  /** At the token service a workload comes first: its rule names the issuer, and nobody else's. */
  private Mono<Caller> foreign(String token, Door door, String address) {
    Mono<Caller> others = Mono.defer(() -> byBearer(token));
    return door == Door.TOKEN_SERVICE
        ? workloads
            .login(Optional.empty(), token, address)
            .onErrorResume(Authenticator::isRefusal, refusal -> byProvider(token, refusal))
            .switchIfEmpty(others)
        : others;
  }

  /** An issuer may be that of people as well. */
  private Mono<Caller> byProvider(String token, Throwable refusal) {
    return bearers.stream().anyMatch(bearer -> bearer.recognises(token))
        ? byBearer(token).onErrorMap(Authenticator::isRefusal, _ -> refusal)
        : Mono.error(refusal);
  }

  private Mono<Caller> byBearer(String token) {
    for (BearerLogin bearer : bearers) {
      if (bearer.recognises(token)) {
        return bearer.login(token);
      }
    }
    return tokens.verify(token).flatMap(this::callerOf);
  }

  /**
   * The caller whose token has expired, as it would be otherwise: with the token's limits and the
   * rights of now. It is for whoever knows that the caller may finish what was begun in time.
   */
  public Mono<Caller> late(ExpiredTokenException expired, String address) {
    return callerOf(expired.token()).map(caller -> caller.from(address));
  }

  private Mono<Caller> callerOf(VerifiedToken token) {
    return holder(token.holder())
        .map(principal -> Caller.withToken(principal, token.grants()).until(token.expiresAt()))
        .map(caller ->
            token.holder() instanceof TokenHolder.Workload workload
                ? caller.by(workload.federationId())
                : caller)
        .switchIfEmpty(HOLDER_GONE);
  }

  /** Empty once the holder is gone or may not act any more. */
  private Mono<Principal> holder(TokenHolder holder) {
    return switch (holder) {
      case TokenHolder.Nobody _ -> Mono.just(new Principal.Anonymous());
      case TokenHolder.User(long id) -> users.find(id);
      case TokenHolder.Robot(long id) -> robots.find(id);
      case TokenHolder.Workload(long robot, long federation) ->
          workloads.lets(federation, robot).filter(lets -> lets).flatMap(_ -> robots.find(robot));
    };
  }
}
