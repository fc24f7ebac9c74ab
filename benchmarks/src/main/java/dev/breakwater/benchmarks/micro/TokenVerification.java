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
import java.util.stream.Stream;
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
 * A token that another replica issued: the first time at most 150 µs (with the way to the pool and
 * back), later at most 5 µs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TokenVerification {
  private static final int TOKENS = 20_000;

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
  private final TokenVerifier warm;
  private final List<String> tokens;
  private TokenVerifier cold;
  private int next;

  public TokenVerification() {
    keys.open(Optional.empty()).block();
    TokenService service = service();
    tokens = Stream.generate(() -> issue(service)).limit(TOKENS).toList();
    warm = verifier();
    warm.verify(tokens.getFirst()).block();
    cold = verifier();
  }

  @TearDown
  public void close() {
    pool.close();
  }

  /** Each token once; then all of them again, with an empty cache. */
  @Benchmark
  public @Nullable VerifiedToken first() {
    if (next == TOKENS) {
      next = 0;
      cold = verifier();
    }
    return cold.verify(tokens.get(next++)).block();
  }

  @Benchmark
  public @Nullable VerifiedToken again() {
    return warm.verify(tokens.getFirst()).block();
  }

  private TokenVerifier verifier() {
    return new TokenVerifier(keys, pool, settings, clock);
  }

  private TokenService service() {
    Authorizer authorizer =
        new Authorizer(
            new InMemoryProjectRepository(), new InMemoryRoleRepository(), () -> Mono.just(true));
    return new TokenService(
        keys, verifier(), authorizer, pool, settings, Mono.just(IdentityRules.DEFAULT), clock);
  }

  private static String issue(TokenService service) {
    Caller admin = Caller.of(new Principal.User(1, "admin", true), Credential.PASSWORD);
    return Objects.requireNonNull(
            service
                .issue(admin, Optional.empty(), List.of("repository:library/app:pull,push"))
                .block())
        .token();
  }
}
