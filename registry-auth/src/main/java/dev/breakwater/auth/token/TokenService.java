package dev.breakwater.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Grants;
import dev.breakwater.core.principal.IdentityRules;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Issues tokens by the Docker token specification: for what was asked <em>and</em> is allowed, no
 * more. A part or the whole that is not allowed is no error, the token just does not hold it; the
 * registry answers then.
 */
public final class TokenService {
  private static final int CONCURRENT_DECISIONS = 4;

  private final TokenKeys keys;
  private final TokenVerifier verifier;
  private final Authorizer authorizer;
  private final CryptoPool pool;
  private final TokenSettings settings;
  private final Mono<IdentityRules> rules;
  private final Clock clock;

  public TokenService(
      TokenKeys keys,
      TokenVerifier verifier,
      Authorizer authorizer,
      CryptoPool pool,
      TokenSettings settings,
      Mono<IdentityRules> rules,
      Clock clock) {
    this.keys = keys;
    this.verifier = verifier;
    this.authorizer = authorizer;
    this.pool = pool;
    this.settings = settings;
    this.rules = rules;
    this.clock = clock;
  }

  /**
   * A token for the caller.
   *
   * @param caller who presented a password or nothing; one that presented a token gets no wider one
   * @param service the service that the client named; empty: ours
   * @param scopes the values of all scope parameters, each with one or more scopes
   * @return an error BAD_REQUEST if the service is not ours; UNAUTHORIZED if nothing was presented
   *     and nothing is asked for: so {@code docker login} finds out that it needs a password
   */
  public Mono<IssuedToken> issue(
      Caller caller, Optional<String> service, Collection<String> scopes) {
    return Mono.defer(() -> {
      requireOurs(service);
      requirePurpose(caller, scopes);
      return grants(caller, RequestedAccess.of(scopes)).flatMap(grants -> sign(caller, grants));
    });
  }

  /** The public keys that verify the tokens, as a JSON Web Key Set. */
  public Mono<String> jwks() {
    return keys.jwks();
  }

  private void requireOurs(Optional<String> service) {
    if (service.isPresent() && !service.get().equals(settings.service())) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "tokens are issued for the service '" + settings.service() + "' only");
    }
  }

  private static void requirePurpose(Caller caller, Collection<String> scopes) {
    if (caller.isUnauthenticated() && scopes.stream().allMatch(String::isBlank)) {
      throw new RegistryException(
          ErrorCode.UNAUTHORIZED, "log in, or say which scope the token is for");
    }
  }

  private Mono<Grants> grants(Caller caller, RequestedAccess asked) {
    boolean catalog = asked.catalog() && mayListCatalog(caller);
    return Flux.fromIterable(asked.repositories().entrySet())
        .flatMapSequential(
            entry -> allowed(caller, entry.getKey(), entry.getValue()), CONCURRENT_DECISIONS)
        .filter(granted -> !granted.getValue().isEmpty())
        .collectMap(Map.Entry::getKey, Map.Entry::getValue)
        .map(repositories -> new Grants(repositories, catalog));
  }

  private boolean mayListCatalog(Caller caller) {
    return authorizer.mayListCatalog(caller.principal())
        && caller.grants().map(Grants::catalog).orElse(true);
  }

  private Mono<Map.Entry<RepositoryName, Set<Action>>> allowed(
      Caller caller, RepositoryName repository, Set<Action> asked) {
    return authorizer
        .allowed(caller.principal(), repository)
        .map(allowed -> Map.entry(repository, intersection(caller, repository, asked, allowed)));
  }

  private static Set<Action> intersection(
      Caller caller, RepositoryName repository, Set<Action> asked, Set<Action> allowed) {
    Set<Action> actions = EnumSet.noneOf(Action.class);
    for (Action action : asked) {
      boolean covered =
          caller.grants().map(grants -> grants.allows(repository, action)).orElse(true);
      if (covered && allowed.contains(action)) {
        actions.add(action);
      }
    }
    return actions;
  }

  private Mono<IssuedToken> sign(Caller caller, Grants grants) {
    return Mono.zip(keys.signing(), rules)
        .flatMap(both ->
            pool.run(() ->
                sign(
                    both.getT1(),
                    both.getT2().tokenLifetime().orElse(settings.lifetime()),
                    caller,
                    grants)));
  }

  private IssuedToken sign(TokenKey key, Duration lifetime, Caller caller, Grants grants)
      throws JOSEException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant expiresAt = end(now.plus(lifetime), caller);
    TokenHolder holder = TokenHolder.of(caller);
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(settings.issuer())
            .subject(caller.isAnonymous() ? "" : caller.principal().name())
            .audience(settings.service())
            .issueTime(Date.from(now))
            .notBeforeTime(Date.from(now))
            .expirationTime(Date.from(expiresAt))
            .jwtID(UUID.randomUUID().toString())
            .claim(TokenClaims.ACCESS, access(grants));
    TokenClaims.write(holder, claims);

    SignedJWT jwt = new SignedJWT(key.header(), claims.build());
    jwt.sign(key.signer());
    String token = jwt.serialize();
    verifier.remember(token, new VerifiedToken(holder, grants, expiresAt));
    return new IssuedToken(token, scope(grants), now, timeLeft(now, expiresAt));
  }

  /** None for whoever asks with a token that is accepted although it ended a moment ago. */
  private static Duration timeLeft(Instant now, Instant end) {
    return end.isBefore(now) ? Duration.ZERO : Duration.between(now, end);
  }

  /** A token does not outlive what it was issued for. */
  private static Instant end(Instant usual, Caller caller) {
    return caller
        .validUntil()
        .map(end -> end.truncatedTo(ChronoUnit.SECONDS))
        .filter(usual::isAfter)
        .orElse(usual);
  }

  private static List<Map<String, Object>> access(Grants grants) {
    List<Map<String, Object>> access = new ArrayList<>();
    grants
        .repositories()
        .forEach((name, actions) -> access.add(entry("repository", name.value(), words(actions))));
    if (grants.catalog()) {
      access.add(entry("registry", "catalog", List.of("*")));
    }
    return access;
  }

  private static Map<String, Object> entry(String type, String name, List<String> actions) {
    return Map.of("type", type, "name", name, "actions", actions);
  }

  private static String scope(Grants grants) {
    List<String> scopes = new ArrayList<>();
    grants
        .repositories()
        .forEach((name, actions) ->
            scopes.add("repository:" + name + ":" + String.join(",", words(actions))));
    if (grants.catalog()) {
      scopes.add("registry:catalog:*");
    }
    return String.join(" ", scopes);
  }

  private static List<String> words(Set<Action> actions) {
    return actions.stream().sorted().map(Action::label).collect(Collectors.toList());
  }
}
