package dev.breakwater.auth.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.auth.login.ExternalLogin;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oidc.OidcUser;
import dev.breakwater.core.oidc.OidcUsers;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserRepository;
import dev.breakwater.core.user.UserSource;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Log-in on the command line with the secret that users of the provider have for that. It is as
 * good as the provider's word: when the ID token that came last has expired, the provider is asked
 * for another one, and groups are read again; if it refuses, the secret is no good until the user
 * logs in by browser again; if it cannot be asked, the log-in fails.
 *
 * <p>Refresh tokens may be good once only. Requests at once on this replica share one refresh; when
 * another replica was faster and ours is refused, what that one wrote counts.
 */
public final class CliSecretLogin implements ExternalLogin {
  private static final Duration SHARED = Duration.ofSeconds(2);

  private final ConfigurationSource configuration;
  private final UserRepository people;
  private final OidcUsers users;
  private final OidcProvider provider;
  private final OidcOnboarding onboarding;
  private final Clock clock;
  private final Cache<Long, Mono<Boolean>> refreshes =
      Caffeine.newBuilder().expireAfterWrite(SHARED).build();

  public CliSecretLogin(
      ConfigurationSource configuration,
      UserRepository people,
      OidcUsers users,
      OidcProvider provider,
      OidcOnboarding onboarding,
      Clock clock) {
    this.configuration = configuration;
    this.people = people;
    this.users = users;
    this.provider = provider;
    this.onboarding = onboarding;
    this.clock = clock;
  }

  @Override
  public Mono<User> login(String username, String password) {
    return people
        .findByUsername(username)
        .filter(user -> user.source() == UserSource.OIDC)
        .flatMap(user -> users.read(user.id()).flatMap(known -> check(user, known, password)));
  }

  private Mono<User> check(User user, OidcUser known, String password) {
    boolean right =
        MessageDigest.isEqual(known.cliSecret().getBytes(UTF_8), password.getBytes(UTF_8));
    if (!right || known.tokens().isEmpty()) {
      return Mono.empty();
    }
    if (clock.instant().isBefore(known.tokensExpireAt())) {
      return Mono.just(user);
    }
    return Mono.defer(() -> refreshes.get(user.id(), _ -> refresh(known).cache()))
        .filter(good -> good)
        .flatMap(_ -> people.find(user.id()));
  }

  /** Whether the provider goes on to vouch for the user. */
  private Mono<Boolean> refresh(OidcUser known) {
    return configuration
        .current()
        .filter(OidcSettings::isOn)
        .map(OidcSettings::of)
        .flatMap(settings -> refresh(settings, known))
        .defaultIfEmpty(false);
  }

  private Mono<Boolean> refresh(OidcSettings settings, OidcUser known) {
    if (!settings.issuer().equals(known.issuer())) {
      return Mono.just(false);
    }
    return Mono.justOrEmpty(known.tokens().flatMap(tokens -> tokens.refreshToken()))
        .flatMap(token ->
            provider
                .of(settings)
                .flatMap(
                    found -> provider.calls().refresh(settings, found, token, known.subject())))
        .flatMap(fresh -> onboarding.again(known, fresh))
        .hasElement()
        .flatMap(good -> good ? Mono.just(true) : refused(known))
        .onErrorResume(CliSecretLogin::isRefusal, _ -> refused(known));
  }

  private Mono<Boolean> refused(OidcUser known) {
    return users
        .read(known.userId())
        .flatMap(now ->
            now.updatedAt().isAfter(known.updatedAt())
                ? Mono.just(
                    now.tokens().isPresent() && clock.instant().isBefore(now.tokensExpireAt()))
                : users.forgetTokens(known.userId()).thenReturn(false))
        .defaultIfEmpty(false);
  }

  private static boolean isRefusal(Throwable error) {
    return error instanceof RegistryException known && known.code() == ErrorCode.UNAUTHORIZED;
  }
}
