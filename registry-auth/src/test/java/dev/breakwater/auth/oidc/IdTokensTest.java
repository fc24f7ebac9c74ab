package dev.breakwater.auth.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.outbound.Trust;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import no.nav.security.mock.oauth2.token.KeyProvider;
import no.nav.security.mock.oauth2.token.OAuth2TokenProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class IdTokensTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String CLIENT = "breakwater";

  private final AtomicLong nanos = new AtomicLong();
  private final CryptoPool pool = new CryptoPool("test", 1);
  private final JdkOutboundHttp http = new JdkOutboundHttp();
  private final RotatingKeys keys = new RotatingKeys();
  private final MockOAuth2Server server =
      new MockOAuth2Server(
          new OAuth2Config(false, null, null, false, new OAuth2TokenProvider(keys)));
  private final Providers providers = new Providers(http, nanos::get);
  private final IdTokens tokens = new IdTokens(providers, pool);
  private String issuer = "";

  @BeforeEach
  void start() {
    server.start();
    issuer = server.issuerUrl("people").toString();
  }

  @AfterEach
  void stop() {
    server.shutdown();
    http.close();
    pool.close();
  }

  @Test
  void acceptsATokenOfTheProviderForUs() {
    assertThat(verify(issued("alice", CLIENT, 600)).getSubject()).isEqualTo("alice");
  }

  @Test
  void fetchesConfigurationAndKeysOnce() {
    verify(issued("alice", CLIENT, 600));
    verify(issued("bob", CLIENT, 600));

    assertThat(http.asked).hasSize(2);
  }

  @Test
  void acceptsANewKeyAfterARotationButAsksForKeysOnlySoOften() {
    verify(issued("alice", CLIENT, 600));
    keys.rotate();
    String fresh = issued("alice", CLIENT, 600);

    assertRefused(fresh, "no key of the provider");
    int before = http.asked.size();
    for (int i = 0; i < 20; i++) {
      assertRefused(fresh, "no key of the provider");
    }
    assertThat(http.asked).hasSize(before);

    nanos.addAndGet(Providers.REFETCH.toNanos());
    assertThat(verify(fresh).getSubject()).isEqualTo("alice");
  }

  @Test
  void refusesATokenForSomebodyElse() {
    assertRefused(issued("alice", "another-client", 600), "audience");
  }

  @Test
  void refusesATokenThatHasExpired() {
    assertRefused(issued("alice", CLIENT, -120), "xpired");
  }

  @Test
  void refusesATokenWithAnotherNonce() {
    assertRefused(issued("alice", CLIENT, 600), "nonce", "expected");
  }

  @Test
  void refusesATokenOfAnotherIssuer() {
    String other = server.issueToken("strangers", "alice", CLIENT, Map.of(), 600).serialize();

    assertRefused(other, "");
  }

  @Test
  void refusesATokenThatNobodySigned() {
    assertRefused(new PlainJWT(claims()).serialize(), "no signed token");
    assertRefused("a.b.c", "no signed token");
    assertRefused("", "no signed token");
  }

  @Test
  void refusesATokenThatIsSignedWithThePublicKeyAsASecret() throws JOSEException {
    String publicKey =
        server.getConfig().getTokenProvider().publicJwkSet("people").toString().repeat(2);
    SignedJWT forged = new SignedJWT(header(JWSAlgorithm.HS256).build(), claims());
    forged.sign(new MACSigner(publicKey.getBytes(UTF_8)));

    assertRefused(forged.serialize(), "algorithm");
  }

  @Test
  void looksAtNoKeyThatATokenBringsAlong() throws JOSEException {
    RSAKey own = new RSAKeyGenerator(2048).keyID("people").generate();
    JWSHeader header =
        header(JWSAlgorithm.RS256)
            .jwk(own.toPublicJWK())
            .jwkURL(URI.create("http://127.0.0.1:1/keys"))
            .x509CertURL(URI.create("http://127.0.0.1:1/certificate"))
            .build();
    SignedJWT forged = new SignedJWT(header, claims());
    forged.sign(new RSASSASigner(own));

    assertRefused(forged.serialize(), "no key of the provider");
    assertThat(http.asked).allMatch(path -> path.startsWith("/people/"));
  }

  @Test
  void refusesATokenThatWasChanged() {
    String token = issued("alice", CLIENT, 600);
    List<String> parts = List.of(token.split("\\.", -1));
    String payload = Base64URL.from(parts.get(1)).decodeToString().replace("alice", "admin");

    assertRefused(
        parts.get(0) + "." + Base64URL.encode(payload) + "." + parts.get(2),
        "no key of the provider");
  }

  @Test
  void refusesAProviderWhoseIssuerIsNotTheConfiguredOneToTheLetter() {
    assertThatThrownBy(() -> providers.provider(issuer + "/", Trust.PUBLIC).block(PATIENCE))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("to the letter");
  }

  @Test
  void tellsThatTheProviderIsAway() {
    String token = issued("alice", CLIENT, 600);
    server.shutdown();

    assertThatThrownBy(() -> verify(token))
        .isInstanceOfSatisfying(
            RegistryException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }

  private String issued(String subject, String audience, long seconds) {
    return server.issueToken("people", subject, audience, Map.of(), seconds).serialize();
  }

  private JWTClaimsSet claims() {
    return new JWTClaimsSet.Builder()
        .issuer(issuer)
        .subject("admin")
        .audience(CLIENT)
        .issueTime(new Date())
        .expirationTime(Date.from(Instant.now().plusSeconds(600)))
        .build();
  }

  private static JWSHeader.Builder header(JWSAlgorithm algorithm) {
    return new JWSHeader.Builder(algorithm).keyID("people").type(JOSEObjectType.JWT);
  }

  private JWTClaimsSet verify(String token) {
    return Objects.requireNonNull(check(token, null));
  }

  private @Nullable JWTClaimsSet check(String token, @Nullable String nonce) {
    OidcSettings settings = settings();
    return providers
        .provider(settings.issuer(), settings.trust())
        .flatMap(provider -> tokens.verify(settings, provider, token, nonce))
        .block(PATIENCE);
  }

  private void assertRefused(String token, String reason) {
    assertRefused(token, reason, null);
  }

  private void assertRefused(String token, String reason, @Nullable String nonce) {
    assertThatThrownBy(() -> check(token, nonce))
        .isInstanceOfSatisfying(
            RegistryException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.UNAUTHORIZED))
        .hasMessageContaining(reason);
  }

  private OidcSettings settings() {
    return OidcSettings.of(
        new Configuration(
            Map.of(
                ConfigurationItem.AUTH_MODE,
                "oidc_auth",
                ConfigurationItem.OIDC_ENDPOINT,
                issuer,
                ConfigurationItem.OIDC_CLIENT_ID,
                CLIENT,
                ConfigurationItem.OIDC_CLIENT_SECRET,
                "secret")));
  }

  /** A provider's key, of which there is another one at will. */
  private static final class RotatingKeys extends KeyProvider {
    private volatile RSAKey current = generate();

    void rotate() {
      current = generate();
    }

    @Override
    public JWK signingKey(String issuerId) {
      return current;
    }

    private static RSAKey generate() {
      try {
        return new RSAKeyGenerator(2048).keyIDFromThumbprint(true).generate();
      } catch (JOSEException e) {
        throw new AssertionError(e);
      }
    }
  }
}
