package dev.breakwater.auth.federation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.auth.login.LoginThrottle;
import dev.breakwater.auth.password.PasswordHasher;
import dev.breakwater.auth.robot.RobotLogin;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.federation.ClaimRule;
import dev.breakwater.core.federation.FederationTerms;
import dev.breakwater.core.limit.SharedBuckets;
import dev.breakwater.core.outbound.OutboundRequest;
import dev.breakwater.core.outbound.OutboundResponse;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.robot.InMemoryRobotRepository;
import dev.breakwater.core.robot.NewRobot;
import dev.breakwater.core.robot.Robot;
import dev.breakwater.core.robot.RobotCreator;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/** A log-in of workloads on rules in memory, and issuers whose documents a test writes. */
final class FederationFixture implements AutoCloseable {
  static final String GITHUB = "https://token.actions.githubusercontent.com";
  static final String GITLAB = "https://gitlab.example.com";
  static final String KUBERNETES = "https://kubernetes.default.svc";
  static final String AUDIENCE = "breakwater";

  private static final String DISCOVERY = "/.well-known/openid-configuration";

  final Map<String, String> documents = new ConcurrentHashMap<>();
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  final List<Event> events = Collections.synchronizedList(new ArrayList<>());
  final InMemoryRobotRepository robots = new InMemoryRobotRepository();
  final Robot robot = robot("deployer");
  final FederatedLogin login;

  private final CryptoPool pool = new CryptoPool("crypto-test", 1);
  private final InMemoryFederationRepository federations = new InMemoryFederationRepository();
  Instant now = Instant.parse("2026-11-25T12:00:00Z");

  FederationFixture() {
    Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    login =
        new FederatedLogin(
            federations,
            new RobotLogin(
                robots, new PasswordHasher(pool, 1000), Mono.just(IdentityRules.DEFAULT), clock),
            this::answer,
            pool,
            new LoginThrottle(SharedBuckets.NONE),
            new DirectTransactions(),
            (_, event) -> Mono.fromRunnable(() -> events.add(event)),
            clock);
  }

  Robot robot(String name) {
    return robots.add(
        new NewRobot(
            name,
            Optional.empty(),
            "",
            -1,
            Optional.empty(),
            false,
            new RobotCreator(RobotCreator.Kind.LOCAL, 1),
            List.of(),
            "none"));
  }

  private Mono<OutboundResponse> answer(OutboundRequest request) {
    return Mono.fromSupplier(() -> {
      String uri = request.uri().toString();
      requests.add(uri);
      String document = documents.get(uri);
      return document == null
          ? new OutboundResponse(404, Map.of(), new byte[0])
          : new OutboundResponse(200, Map.of(), document.getBytes(UTF_8));
    });
  }

  /** The issuer publishes these keys. */
  void publish(String issuer, JWK... keys) {
    String jwks = issuer + "/keys";
    documents.put(
        issuer + DISCOVERY, "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + jwks + "\"}");
    documents.put(
        jwks,
        new JWKSet(Arrays.stream(keys).map(JWK::toPublicJWK).map(JWK.class::cast).toList())
            .toString());
  }

  void rule(String name, String issuer, ClaimRule... claims) {
    rule(name, issuer, "", robot.id(), claims);
  }

  void rule(String name, String issuer, String jwks, long robotId, ClaimRule... claims) {
    federations.add(
        new FederationTerms(name, "", true, issuer, AUDIENCE, jwks, List.of(claims), robotId));
    login.forget();
  }

  JWTClaimsSet.Builder claims(String issuer, String subject) {
    return new JWTClaimsSet.Builder()
        .issuer(issuer)
        .subject(subject)
        .audience(AUDIENCE)
        .issueTime(Date.from(now))
        .notBeforeTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(600)))
        .jwtID(UUID.randomUUID().toString());
  }

  Mono<Caller> login(String username, String token) {
    return loginFrom("192.0.2.1", username, token);
  }

  Mono<Caller> loginFrom(String address, String username, String token) {
    return login.login(Optional.of(username), token, address);
  }

  static ClaimRule exact(String claim, String value) {
    return new ClaimRule(claim, value, ClaimRule.Match.EXACT);
  }

  static ClaimRule glob(String claim, String value) {
    return new ClaimRule(claim, value, ClaimRule.Match.GLOB);
  }

  static String sign(ECKey key, JWTClaimsSet claims) throws JOSEException {
    return sign(
        new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), key, claims);
  }

  static String sign(JWSHeader header, ECKey key, JWTClaimsSet claims) throws JOSEException {
    SignedJWT jwt = new SignedJWT(header, claims);
    jwt.sign(new ECDSASigner(key));
    return jwt.serialize();
  }

  static ECKey key(String id) throws JOSEException {
    return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
  }

  @Override
  public void close() {
    pool.close();
  }
}
