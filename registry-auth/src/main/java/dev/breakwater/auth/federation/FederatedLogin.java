package dev.breakwater.auth.federation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.auth.login.LoginThrottle;
import dev.breakwater.auth.login.WorkloadLogin;
import dev.breakwater.auth.login.WorkloadToken;
import dev.breakwater.auth.robot.RobotLogin;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.federation.Federation;
import dev.breakwater.core.federation.FederationRepository;
import dev.breakwater.core.federation.FederationTerms;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.outbound.OutboundHttp;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.transaction.Transactions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lets workloads in with a token of their own issuer (GitHub Actions, GitLab CI, Kubernetes, any
 * OpenID provider): it acts as the robot of the rule that it matches.
 *
 * <p>In this order: the issuer selects rules, character by character; the algorithm must be one of
 * ours; the signature must be the issuer's, by its own keys or by those in the rule; times,
 * audience and claims must hold; exactly one robot must remain, or the user name selects the rule;
 * that robot must be good. Whatever fails, the answer is the same and names no rule; the log says
 * more, and the audit log that it happened. A token that failed is refused for {@link #REFUSED}
 * without any work, and who sends many wrong ones has to wait as with passwords: the subject at
 * this address at first, then all at this address that were never let in.
 *
 * <p>Tokens come again and again, since docker sends its password for each token, so that a {@code
 * jti} may repeat; its first use is what the audit log tells of.
 */
public final class FederatedLogin implements WorkloadLogin {
  static final Duration REFUSED = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(FederatedLogin.class);

  private final RobotLogin robots;
  private final IssuerKeys issuers;
  private final CryptoPool pool;
  private final LoginThrottle throttle;
  private final Transactions transactions;
  private final EventRecorder events;
  private final Clock clock;
  private final CachedRules rules;
  private final Cache<String, Boolean> refused;
  private final Cache<String, Boolean> recorded;
  private final RefusalRecord refusals;

  public FederatedLogin(
      FederationRepository federations,
      RobotLogin robots,
      OutboundHttp http,
      CryptoPool pool,
      LoginThrottle throttle,
      Transactions transactions,
      EventRecorder events,
      Clock clock) {
    this.robots = robots;
    this.issuers = new IssuerKeys(http, clock);
    this.pool = pool;
    this.throttle = throttle;
    this.transactions = transactions;
    this.events = events;
    this.clock = clock;
    this.rules = new CachedRules(federations);
    this.refused = Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(REFUSED).build();
    this.recorded =
        Caffeine.newBuilder().maximumSize(50_000).expireAfterWrite(Duration.ofDays(1)).build();
    this.refusals = new RefusalRecord(transactions, events);
  }

  @Override
  public Mono<Caller> login(Optional<String> username, String token, String address) {
    if (token.length() > WorkloadToken.MAX_LENGTH || !WorkloadToken.looksLike(token)) {
      return Mono.empty();
    }
    return Mono.justOrEmpty(ForeignToken.parse(token))
        .flatMap(parsed ->
            rules
                .ofIssuer(parsed.issuer())
                .filter(found -> !found.isEmpty())
                .flatMap(found -> login(username, parsed, found, fingerprint(token), address)));
  }

  @Override
  public Mono<Boolean> lets(long federationId, long robotId) {
    return rules
        .find(federationId)
        .map(rule -> rule.terms().enabled() && rule.terms().robotId() == robotId)
        .defaultIfEmpty(false);
  }

  /** Forgets the rules: call it after one changed. */
  public void forget() {
    rules.forget();
    refused.invalidateAll();
  }

  private Mono<Caller> login(
      Optional<String> username,
      ForeignToken token,
      List<Federation> rules,
      String fingerprint,
      String address) {
    String account = fingerprint(token.issuer() + " " + token.subject());
    throttle.enter(account, address);
    List<Federation> candidates = named(username, rules);
    String key = fingerprint(fingerprint + username.orElse(""));
    if (refused.getIfPresent(key) != null) {
      return throttle.failed(account, address).then(Mono.error(FederatedLogin::wrong));
    }
    return Mono.justOrEmpty(token.goodUntil(clock.instant()))
        .filter(_ -> token.isVerifiable())
        .flatMap(end ->
            matching(token, candidates)
                .flatMap(rule ->
                    robots
                        .find(rule.terms().robotId())
                        .map(robot ->
                            Caller.of(robot, Credential.WORKLOAD_TOKEN)
                                .by(rule.id())
                                .until(end)
                                .from(address))
                        .flatMap(
                            caller -> record(caller, rule, token, fingerprint).thenReturn(caller))))
        .doOnNext(_ -> throttle.succeeded(account, address))
        .switchIfEmpty(
            Mono.defer(() -> {
              refused.put(key, true);
              return throttle.failed(account, address).then(refuse(token, candidates, address));
            }));
  }

  private Mono<Caller> refuse(ForeignToken token, List<Federation> candidates, String address) {
    log.info("refused the token of a workload: {}", token.description());
    String rule =
        candidates.size() == 1
            ? candidates.getFirst().terms().name()
            : Printable.shorten(token.issuer());
    return refusals.record(rule, token.description(), address).then(Mono.error(wrong()));
  }

  /** The rule that the user name selects, or all. */
  private static List<Federation> named(Optional<String> username, List<Federation> rules) {
    List<Federation> named =
        rules.stream().filter(rule -> username.equals(Optional.of(rule.terms().name()))).toList();
    return named.isEmpty() ? rules : named;
  }

  /** The first of the rules that match, if all of them mean the same robot. */
  private Mono<Federation> matching(ForeignToken token, List<Federation> candidates) {
    return Flux.fromIterable(candidates)
        .filter(rule -> RuleMatch.matches(rule.terms(), token))
        .filterWhen(rule -> isSigned(token, rule.terms()), 1)
        .collectList()
        .filter(found -> found.stream().map(rule -> rule.terms().robotId()).distinct().count() == 1)
        .map(List::getFirst);
  }

  private Mono<Boolean> isSigned(ForeignToken token, FederationTerms terms) {
    return keys(token, terms).flatMap(keys -> pool.run(() -> token.isSignedBy(keys)));
  }

  private Mono<List<JWK>> keys(ForeignToken token, FederationTerms terms) {
    if (terms.jwks().isEmpty()) {
      return issuers.find(terms.issuer(), token.keyId());
    }
    String id = token.keyId();
    return pool.run(() ->
        KeySets.parse(terms.jwks()).stream()
            .filter(key -> id == null || key.getKeyID() == null || key.getKeyID().equals(id))
            .toList());
  }

  private Mono<Void> record(
      Caller caller, Federation rule, ForeignToken token, String fingerprint) {
    if (recorded.getIfPresent(fingerprint) != null) {
      return Mono.empty();
    }
    Event event =
        Event.of(EventType.LOGIN_WORKLOAD, caller, rule.terms().name(), token.description());
    return transactions
        .inTx(tx -> events.record(tx, event).thenReturn(true))
        .doOnNext(_ -> recorded.put(fingerprint, true))
        .then();
  }

  private static String fingerprint(String token) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(token.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java runtime has no SHA-256", e);
    }
  }

  private static RegistryException wrong() {
    return new RegistryException(
        ErrorCode.UNAUTHORIZED, "the token of the workload is not one that may log in here");
  }
}
