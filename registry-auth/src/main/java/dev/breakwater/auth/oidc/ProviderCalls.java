package dev.breakwater.auth.oidc;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What the provider is asked for: tokens for a code, newer tokens, what it says of a user. */
final class ProviderCalls {
  private final Providers providers;
  private final IdTokens idTokens;

  ProviderCalls(Providers providers, IdTokens idTokens) {
    this.providers = providers;
    this.idTokens = idTokens;
  }

  /**
   * The person who logged in there.
   *
   * @return an error UNAUTHORIZED if the provider refuses the code, or what it gives is not good
   */
  Mono<Known> redeem(
      OidcSettings settings,
      Provider provider,
      String code,
      URI redirect,
      String verifier,
      String nonce) {
    AuthorizationGrant grant =
        new AuthorizationCodeGrant(
            new AuthorizationCode(code), redirect, new CodeVerifier(verifier));
    return tokens(settings, provider, grant)
        .flatMap(tokens -> known(settings, provider, tokens, nonce, Optional.empty()));
  }

  /**
   * The same person now, by a token that was given for that.
   *
   * @param subject who it must be
   * @return an error UNAUTHORIZED if the provider does not go on with it; UNAVAILABLE if it cannot
   *     be asked
   */
  Mono<Known> refresh(
      OidcSettings settings, Provider provider, String refreshToken, String subject) {
    AuthorizationGrant grant = new RefreshTokenGrant(new RefreshToken(refreshToken));
    return tokens(settings, provider, grant)
        .flatMap(tokens -> known(settings, provider, tokens, null, Optional.of(subject)))
        .map(known ->
            known.refreshToken().isPresent() ? known : known.with(Optional.of(refreshToken)));
  }

  private Mono<OIDCTokens> tokens(
      OidcSettings settings, Provider provider, AuthorizationGrant grant) {
    TokenRequest request =
        new TokenRequest.Builder(provider.token(), authentication(settings, provider), grant)
            .build();
    return providers
        .http()
        .send(request.toHTTPRequest(), settings.trust())
        .map(ProviderCalls::read);
  }

  private static ClientAuthentication authentication(OidcSettings settings, Provider provider) {
    ClientID id = new ClientID(settings.clientId());
    Secret secret = new Secret(settings.clientSecret());
    return provider.secretInBody()
        ? new ClientSecretPost(id, secret)
        : new ClientSecretBasic(id, secret);
  }

  private static OIDCTokens read(HTTPResponse response) {
    if (response.getStatusCode() >= 500) {
      throw new RegistryException(
          ErrorCode.UNAVAILABLE,
          "the OpenID provider answers with status " + response.getStatusCode());
    }
    try {
      TokenResponse parsed = OIDCTokenResponseParser.parse(response);
      if (!parsed.indicatesSuccess()) {
        throw refused(parsed.toErrorResponse().getErrorObject());
      }
      OIDCTokenResponse success = (OIDCTokenResponse) parsed.toSuccessResponse();
      return success.getOIDCTokens();
    } catch (ParseException e) {
      throw new RegistryException(
          ErrorCode.UNAUTHORIZED, "the OpenID provider does not answer with an ID token", e);
    }
  }

  private static RegistryException refused(@Nullable ErrorObject error) {
    String code = error == null ? "no reason given" : String.valueOf(error.getCode());
    return new RegistryException(
        ErrorCode.UNAUTHORIZED,
        "the OpenID provider refuses this log-in: " + Printable.shorten(code));
  }

  private Mono<Known> known(
      OidcSettings settings,
      Provider provider,
      OIDCTokens tokens,
      @Nullable String nonce,
      Optional<String> subject) {
    String idToken = tokens.getIDTokenString();
    return idTokens
        .verify(settings, provider, idToken, nonce)
        .flatMap(claims -> {
          if (subject.filter(wanted -> !wanted.equals(claims.getSubject())).isPresent()) {
            return Mono.error(otherUser());
          }
          return userInfo(settings, provider, claims, tokens.getAccessToken())
              .map(info -> known(settings, provider, tokens, claims, info));
        });
  }

  private static Known known(
      OidcSettings settings,
      Provider provider,
      OIDCTokens tokens,
      JWTClaimsSet claims,
      Map<String, Object> info) {
    RefreshToken refresh = tokens.getRefreshToken();
    return new Known(
        PersonClaims.person(
            settings, provider.issuer(), claims.getSubject(), claims.getClaims(), info),
        tokens.getIDTokenString(),
        claims.getExpirationTime().toInstant(),
        refresh == null ? Optional.empty() : Optional.of(refresh.getValue()));
  }

  /** Nothing if the provider has no such place, or the token is not good there. */
  private Mono<Map<String, Object>> userInfo(
      OidcSettings settings, Provider provider, JWTClaimsSet claims, @Nullable AccessToken token) {
    if (provider.userInfo().isEmpty() || token == null) {
      return Mono.just(Map.of());
    }
    return providers
        .http()
        .send(
            new UserInfoRequest(provider.userInfo().get(), token).toHTTPRequest(), settings.trust())
        .map(response -> userInfo(response, claims.getSubject()));
  }

  private static Map<String, Object> userInfo(HTTPResponse response, String subject) {
    try {
      UserInfoResponse parsed = UserInfoResponse.parse(response);
      if (!parsed.indicatesSuccess()) {
        throw refused(parsed.toErrorResponse().getErrorObject());
      }
      var info = parsed.toSuccessResponse().getUserInfo();
      if (info == null) {
        return Map.of();
      }
      if (!subject.equals(info.getSubject().getValue())) {
        throw otherUser();
      }
      return info.toJSONObject();
    } catch (ParseException e) {
      throw new RegistryException(
          ErrorCode.UNAUTHORIZED, "the OpenID provider does not tell who the user is", e);
    }
  }

  private static RegistryException otherUser() {
    return new RegistryException(
        ErrorCode.UNAUTHORIZED, "the OpenID provider answers for another user than it was asked");
  }

  /** Tells the provider that the token is not needed any more; whatever it answers. */
  Mono<Void> revoke(OidcSettings settings, Provider provider, String refreshToken) {
    if (provider.revocation().isEmpty()) {
      return Mono.empty();
    }
    TokenRevocationRequest request =
        new TokenRevocationRequest(
            provider.revocation().get(),
            authentication(settings, provider),
            new RefreshToken(refreshToken));
    return providers
        .http()
        .send(request.toHTTPRequest(), settings.trust())
        .onErrorResume(RegistryException.class, _ -> Mono.empty())
        .then();
  }
}
