package dev.breakwater.auth.token;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.permission.InMemoryRoleRepository;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.InMemoryProjectRepository;
import dev.breakwater.core.project.ProjectName;
import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.core.token.InMemorySigningKeyRepository;
import dev.breakwater.core.token.InMemoryTokenRootRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** A token service on rows in memory, with the public project {@code library}. */
public final class TokenFixture implements AutoCloseable {
  public static final Caller ADMIN =
      Caller.of(new Principal.User(1, "admin", true), Credential.PASSWORD);
  public static final Caller ALICE =
      Caller.of(new Principal.User(7, "alice", false), Credential.PASSWORD);
  static final Duration LIFETIME = Duration.ofMinutes(30);

  final MutableClock clock = new MutableClock();
  final CryptoPool pool = new CryptoPool("crypto-test", 1);
  final InMemorySigningKeyRepository keyRows = new InMemorySigningKeyRepository();
  final InMemoryTokenRootRepository rootRows = new InMemoryTokenRootRepository();
  final SecretBox box = SecretBox.withKey("a secret key for tests, long enough");
  final InMemoryProjectRepository projects = new InMemoryProjectRepository();
  final TokenSettings settings;
  volatile IdentityRules rules = IdentityRules.DEFAULT;
  final Replica replica;

  public TokenFixture() {
    this(TokenAlgorithm.ES256);
  }

  TokenFixture(TokenAlgorithm algorithm) {
    settings = new TokenSettings(algorithm, LIFETIME, "breakwater", "registry.example");
    replica = replica();
    get(projects.create(ProjectName.parse("library"), true, 1));
    get(projects.create(ProjectName.parse("team"), false, 1));
  }

  /** Another program on the same rows. */
  Replica replica() {
    return replica(settings);
  }

  Replica replica(TokenSettings settings) {
    TokenKeys keys = new TokenKeys(keyRows, rootRows, box, pool, settings, clock);
    keys.open(Optional.empty()).block();
    TokenVerifier verifier = new TokenVerifier(keys, pool, settings, clock);
    Authorizer authorizer =
        new Authorizer(projects, new InMemoryRoleRepository(), () -> Mono.just(true));
    return new Replica(
        keys,
        verifier,
        new TokenService(
            keys, verifier, authorizer, pool, settings, Mono.fromSupplier(() -> rules), clock));
  }

  public TokenService service() {
    return replica.service();
  }

  public TokenVerifier verifier() {
    return replica.verifier();
  }

  public void advance(Duration duration) {
    clock.advance(duration);
  }

  String token(Caller caller, String... scopes) {
    return get(service().issue(caller, Optional.empty(), List.of(scopes))).token();
  }

  TokenKey key() {
    return get(replica.keys().signing());
  }

  /** Claims as the service writes them, to be bent by a test. */
  JWTClaimsSet.Builder claims() {
    Instant now = clock.instant();
    return new JWTClaimsSet.Builder()
        .issuer(settings.issuer())
        .subject("admin")
        .audience(settings.service())
        .issueTime(Date.from(now))
        .notBeforeTime(Date.from(now))
        .expirationTime(Date.from(now.plus(LIFETIME)))
        .claim("uid", 1L)
        .claim(
            "access",
            List.of(Map.of("type", "repository", "name", "team/app", "actions", List.of("pull"))));
  }

  /** A token of the true key with this header. */
  String sign(JWSHeader header, JWTClaimsSet claims) throws Exception {
    SignedJWT jwt = new SignedJWT(header, claims);
    jwt.sign(key().signer());
    return jwt.serialize();
  }

  static <T> T get(Mono<T> mono) {
    return Objects.requireNonNull(mono.block(Duration.ofSeconds(30)));
  }

  @Override
  public void close() {
    pool.close();
  }

  /** One program's part of the token service. */
  record Replica(TokenKeys keys, TokenVerifier verifier, TokenService service) {}
}
