package dev.breakwater.auth.oidc;

import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a provider says of itself (OpenID Connect Discovery 1.0, 3).
 *
 * @param secretInBody whether the client's secret has to be in the body of a request for tokens
 */
record Provider(
    String issuer,
    URI authorization,
    URI token,
    URI keys,
    Optional<URI> userInfo,
    Optional<URI> endSession,
    Optional<URI> revocation,
    boolean secretInBody) {

  static Provider of(OIDCProviderMetadata metadata) {
    List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
    boolean basic =
        methods == null || methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
    return new Provider(
        metadata.getIssuer().getValue(),
        required("authorization_endpoint", metadata.getAuthorizationEndpointURI()),
        required("token_endpoint", metadata.getTokenEndpointURI()),
        required("jwks_uri", metadata.getJWKSetURI()),
        Optional.ofNullable(metadata.getUserInfoEndpointURI()),
        Optional.ofNullable(metadata.getEndSessionEndpointURI()),
        Optional.ofNullable(metadata.getRevocationEndpointURI()),
        !basic && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST));
  }

  private static URI required(String name, @Nullable URI uri) {
    if (uri == null) {
      throw new RegistryException(
          ErrorCode.UNAVAILABLE, "the OpenID provider's configuration has no " + name);
    }
    return uri;
  }
}
