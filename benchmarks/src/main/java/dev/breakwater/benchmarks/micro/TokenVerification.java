package dev.breakwater.benchmarks.micro;

import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.auth.token.TokenAlgorithm;
import dev.breakwater.auth.token.TokenKeys;
import dev.breakwater.auth.token.TokenService;
import dev.breakwater.auth.token.TokenSettings;
import dev.breakwater.auth.token.TokenVerifier;
import dev.breakwater.auth.token.VerifiedToken;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.permission.InMemoryRoleRepository;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.InMemoryProjectRepository;
import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.core.token.InMemorySigningKeyRepository;
import dev.breakwater.core.token.InMemoryTokenRootRepository;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import reactor.core.publisher.Mono;

/**
 * A token that another replica issued: the first time at most 150 µs (with the making of the empty
 * cache and the way to the pool and back), later at most 5 µs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TokenVerification {
  private final Clock clock = Clock.systemUTC();
  private final CryptoPool pool = new CryptoPool("token", 2);
  private final TokenSettings settings =
      new TokenSettings(TokenAlgorithm.ES256, Duration.ofHours(1), "breakwater", "registry");
  private final TokenKeys keys =
      new TokenKeys(
          new InMemorySigningKeyRepository(),
          new InMemoryTokenRootRepository(),
          SecretBox.withKey("0123456789abcdef0123456789abcdef"),
          pool,
          settings,
          clock);
  private final TokenVerifier verifier;
  private final String token;

  public TokenVerification() {
    keys.open(Optional.empty()).block();
    verifier = verifier();
    token = issue();
    verifier.verify(token).block();
  }

  @TearDown
  public void close() {
    pool.close();
  }

  @Benchmark
  public @Nullable VerifiedToken first() {
    return verifier().verify(token).block();
  }

  @Benchmark
  public @Nullable VerifiedToken again() {
    return verifier.verify(token).block();
  }

  private TokenVerifier verifier() {
    return new TokenVerifier(keys, pool, settings, clock);
  }

  private String issue() {
    Authorizer authorizer =
        new Authorizer(
            new InMemoryProjectRepository(), new InMemoryRoleRepository(), () -> Mono.just(true));
    TokenService service =
        new TokenService(
            keys, verifier(), authorizer, pool, settings, Mono.just(IdentityRules.DEFAULT), clock);
    Caller admin = Caller.of(new Principal.User(1, "admin", true), Credential.PASSWORD);
    return Objects.requireNonNull(
            service
                .issue(admin, Optional.empty(), List.of("repository:library/app:pull,push"))
                .block())
        .token();
  }
}
