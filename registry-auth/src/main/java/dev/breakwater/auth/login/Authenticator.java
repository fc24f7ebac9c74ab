package dev.breakwater.auth.login;

import dev.breakwater.auth.token.InvalidTokenException;
import dev.breakwater.auth.token.TokenVerifier;
import dev.breakwater.auth.token.VerifiedToken;
import dev.breakwater.auth.user.LocalLogin;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.Principal;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * From the Authorization header of a request to its caller. A password limits nothing; a token
 * limits the caller to what it was issued for. Made for the event loop: with a warm cache it
 * completes at once, on the calling thread.
 */
public final class Authenticator {
  private static final Mono<Caller> ANONYMOUS = Mono.just(Caller.ANONYMOUS);
  private static final Mono<Caller> USER_GONE =
      Mono.error(() -> new InvalidTokenException("the token's user no longer exists"));

  private final LocalLogin logins;
  private final TokenVerifier tokens;

  public Authenticator(LocalLogin logins, TokenVerifier tokens) {
    this.logins = logins;
    this.tokens = tokens;
  }

  /**
   * The caller; {@link Caller#ANONYMOUS} if there is no header.
   *
   * @param authorization the header's value
   * @return an error UNAUTHORIZED if there is a header that proves nothing; for a bearer token it
   *     is an {@link InvalidTokenException}, which the OCI API answers with {@code
   *     error="invalid_token"} in the challenge
   */
  public Mono<Caller> authenticate(@Nullable String authorization) {
    return switch (AuthorizationHeader.parse(authorization)) {
      case AuthorizationHeader.None _ -> ANONYMOUS;
      case AuthorizationHeader.Basic(String username, String password) -> login(username, password);
      case AuthorizationHeader.Bearer(String token) -> tokens.verify(token).flatMap(this::callerOf);
      case AuthorizationHeader.Unusable(String reason) ->
          Mono.error(new RegistryException(ErrorCode.UNAUTHORIZED, reason));
    };
  }

  /** The caller with this name and password, however they came. */
  public Mono<Caller> login(String username, String password) {
    return logins
        .login(username, password)
        .map(principal -> Caller.of(principal, Credential.PASSWORD));
  }

  private Mono<Caller> callerOf(VerifiedToken token) {
    return token.userId().isEmpty()
        ? Mono.just(Caller.withToken(new Principal.Anonymous(), token.grants()))
        : logins
            .find(token.userId().getAsLong())
            .map(principal -> Caller.withToken(principal, token.grants()))
            .switchIfEmpty(USER_GONE);
  }
}
