package dev.breakwater.auth.robot;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.breakwater.auth.password.PasswordHasher;
import dev.breakwater.auth.password.VerifiedSecrets;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.robot.Robot;
import dev.breakwater.core.robot.RobotCredentials;
import dev.breakwater.core.robot.RobotRepository;
import dev.breakwater.core.robot.RobotWatch;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Log-in of robots by name and secret, and robots of tokens that were issued before.
 *
 * <p>A robot's row, with its rights, is read again after {@link #ROWS}: one that was disabled,
 * changed, deleted or has expired stops within that time on every replica, also with tokens that it
 * already has, without anybody telling them; at once on the replica that {@link #changed} is called
 * on.
 *
 * <p>A secret that was made up is hashed cheaply, one that a person chose is not. So that the time
 * of a refusal does not tell robots apart, or from those that do not exist, every refusal costs a
 * whole hash.
 */
public final class RobotLogin implements RobotWatch {
  static final Duration ROWS = Duration.ofSeconds(4);

  private static final int MAX_LENGTH = 1024;

  private final RobotRepository robots;
  private final PasswordHasher hasher;
  private final VerifiedSecrets verified;
  private final Mono<IdentityRules> rules;
  private final Clock clock;
  private final AsyncCache<String, Optional<RobotCredentials>> byName;
  private final AsyncCache<Long, Optional<RobotCredentials>> byId;

  public RobotLogin(
      RobotRepository robots, PasswordHasher hasher, Mono<IdentityRules> rules, Clock clock) {
    this(robots, hasher, rules, clock, Ticker.systemTicker());
  }

  RobotLogin(
      RobotRepository robots,
      PasswordHasher hasher,
      Mono<IdentityRules> rules,
      Clock clock,
      Ticker ticker) {
    this.robots = robots;
    this.hasher = hasher;
    this.rules = rules;
    this.clock = clock;
    this.verified = new VerifiedSecrets(ticker);
    this.byName = rows(ticker);
    this.byId = rows(ticker);
  }

  private static <K> AsyncCache<K, Optional<RobotCredentials>> rows(Ticker ticker) {
    return Caffeine.newBuilder()
        .ticker(ticker)
        .maximumSize(50_000)
        .expireAfterWrite(ROWS)
        .buildAsync();
  }

  /**
   * The robot of this name and secret.
   *
   * @param name without the prefix
   * @return an error UNAUTHORIZED that does not say what is wrong
   */
  public Mono<Principal> login(String name, String secret) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      return Mono.error(wrong());
    }
    if (secret.isEmpty() || secret.length() > MAX_LENGTH) {
      return Mono.error(wrong());
    }
    return cached(byName, name, robots::findCredentials)
        .flatMap(found ->
            verified
                .check(
                    found.map(RobotCredentials::secretHash).orElse(name),
                    secret,
                    () -> compare(found, secret))
                .filter(right -> right && found.isPresent())
                .flatMap(_ -> acting(found)))
        .switchIfEmpty(Mono.error(RobotLogin::wrong));
  }

  /** Whether this secret was right not long ago: trying it again costs nothing. */
  public boolean remembers(String name, String secret) {
    CompletableFuture<Optional<RobotCredentials>> known = byName.getIfPresent(name);
    return known != null
        && known.isDone()
        && !known.isCompletedExceptionally()
        && known.join().map(found -> verified.remembers(found.secretHash(), secret)).orElse(false);
  }

  /** The robot with this number as it may act now; empty if it may not any more. */
  public Mono<Principal> find(long id) {
    return cached(byId, id, robots::findCredentials).flatMap(this::acting);
  }

  /** The same with the hash of its secret. */
  public Mono<RobotCredentials> credentials(long id) {
    return cached(byId, id, robots::findCredentials)
        .flatMap(found ->
            Mono.justOrEmpty(
                found.filter(credentials -> credentials.robot().isGood(clock.instant()))));
  }

  @Override
  public void changed(Robot robot) {
    byName.synchronous().invalidate(robot.name());
    byId.synchronous().invalidate(robot.id());
  }

  /** Forgets all rows: call it when robots changed elsewhere. */
  public void forget() {
    byName.synchronous().invalidateAll();
    byId.synchronous().invalidateAll();
  }

  private Mono<Principal> acting(Optional<RobotCredentials> found) {
    return Mono.justOrEmpty(found.map(RobotCredentials::robot))
        .filter(robot -> robot.isGood(clock.instant()))
        .flatMap(robot -> rules.map(rule -> robot.principal(rule.robotNamePrefix())));
  }

  private Mono<Boolean> compare(Optional<RobotCredentials> found, String secret) {
    if (found.isEmpty()) {
      return hasher.matchesNobody(secret);
    }
    String stored = found.get().secretHash();
    return hasher
        .matches(secret, stored)
        .flatMap(right ->
            right || !hasher.isCheap(stored) ? Mono.just(right) : hasher.matchesNobody(secret));
  }

  private static <K> Mono<Optional<RobotCredentials>> cached(
      AsyncCache<K, Optional<RobotCredentials>> cache,
      K key,
      Function<K, Mono<RobotCredentials>> reading) {
    return Mono.fromFuture(
        () ->
            cache.get(
                key,
                (wanted, _) ->
                    reading
                        .apply(wanted)
                        .map(Optional::of)
                        .defaultIfEmpty(Optional.empty())
                        .toFuture()),
        true);
  }

  private static RegistryException wrong() {
    return new RegistryException(ErrorCode.UNAUTHORIZED, "the user name or the password is wrong");
  }
}
