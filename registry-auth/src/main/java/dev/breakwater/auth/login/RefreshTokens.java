package dev.breakwater.auth.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.auth.robot.RobotLogin;
import dev.breakwater.auth.user.LocalLogin;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.robot.RobotCredentials;
import dev.breakwater.core.token.RefreshToken;
import dev.breakwater.core.token.RefreshTokenRepository;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Refresh tokens: what {@code docker login} keeps instead of the password.
 *
 * <p>A token is 32 random bytes, of which only the SHA-256 is stored. It holds no rights: each use
 * asks who the user or robot is now. It carries a mark of the stored hash of the password or secret
 * that it was made for, so that a changed one makes it worthless by itself.
 *
 * <p><b>Rotation.</b> A client that can keep the next token says so ({@code access_type=offline}
 * when it refreshes, as containerd and BuildKit do) and gets one; the used one then must not come
 * again: whoever sends it has stolen it, or was stolen from, so its whole family ends. Docker's own
 * client never writes back another token than the one of its log-in (moby, {@code
 * registry/auth.go}: the credential store of a pull forgets it), so it does not ask, and its token
 * stays; rotating it would log every Docker user out at their second pull.
 *
 * <p>Users whose password is checked elsewhere get none: the directory could not end it. Workloads
 * neither: their own token says how long they may act.
 */
public final class RefreshTokens {
  private static final Duration LIFETIME = Duration.ofDays(90);
  private static final Duration EXTENSION = Duration.ofDays(1);
  private static final int BYTES = 32;
  private static final int LENGTH = 43;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final RefreshTokenRepository repository;
  private final LocalLogin users;
  private final RobotLogin robots;
  private final Clock clock;

  public RefreshTokens(
      RefreshTokenRepository repository, LocalLogin users, RobotLogin robots, Clock clock) {
    this.repository = repository;
    this.users = users;
    this.robots = robots;
    this.clock = clock;
  }

  /** A first token for a caller who presented a password; empty for who gets none. */
  public Mono<String> issue(Caller caller) {
    return switch (caller.principal()) {
      case Principal.User user when caller.credential() == Credential.PASSWORD ->
          mark(Optional.of(user.id()), Optional.empty())
              .flatMap(mark -> insert(Optional.of(user.id()), Optional.empty(), mark));
      case Principal.Robot robot when caller.credential() == Credential.ROBOT_SECRET ->
          mark(Optional.empty(), Optional.of(robot.id()))
              .flatMap(mark -> insert(Optional.empty(), Optional.of(robot.id()), mark));
      default -> Mono.empty();
    };
  }

  /**
   * Whom the token stands for now.
   *
   * @param rotate whether the client keeps the next one
   * @return an error UNAUTHORIZED if it is no good any more
   */
  public Mono<Refreshed> use(String token, boolean rotate) {
    if (token.length() != LENGTH) {
      return Mono.error(refused());
    }
    byte[] hash = hash(token);
    return repository
        .find(hash)
        .filter(found -> clock.instant().isBefore(found.expiresAt()))
        .flatMap(found ->
            found.usedAt().isPresent()
                ? repository.deleteFamily(found.family()).then(Mono.empty())
                : caller(found).flatMap(caller -> refreshed(hash, found, caller, rotate)))
        .switchIfEmpty(Mono.error(RefreshTokens::refused));
  }

  /** Deletes those that have ended. */
  public Mono<Long> purge() {
    return Mono.defer(() -> repository.deleteExpired(clock.instant()));
  }

  private Mono<Refreshed> refreshed(
      byte[] hash, RefreshToken found, Caller caller, boolean rotate) {
    Instant now = clock.instant();
    Instant end = now.plus(LIFETIME);
    if (!rotate) {
      boolean late = found.expiresAt().isBefore(end.minus(EXTENSION));
      return (late ? repository.extend(hash, end) : Mono.empty())
          .thenReturn(new Refreshed(caller, Optional.empty()));
    }
    String next = newToken();
    return repository
        .replace(hash, hash(next), found.next(now, end))
        .flatMap(done ->
            done
                ? Mono.just(new Refreshed(caller, Optional.of(next)))
                : repository.deleteFamily(found.family()).then(Mono.empty()));
  }

  /** Empty if the holder is gone or may not act, or the password is another one by now. */
  private Mono<Caller> caller(RefreshToken token) {
    return mark(token.userId(), token.robotId())
        .filter(mark -> MessageDigest.isEqual(mark, token.mark()))
        .flatMap(_ ->
            token.userId().isPresent()
                ? users.find(token.userId().get()).map(user -> Caller.of(user, Credential.PASSWORD))
                : robots
                    .find(token.robotId().orElseThrow())
                    .map(robot -> Caller.of(robot, Credential.ROBOT_SECRET)));
  }

  private Mono<byte[]> mark(Optional<Long> userId, Optional<Long> robotId) {
    Mono<String> stored =
        userId.isPresent()
            ? users
                .credentials(userId.get())
                .flatMap(found -> Mono.justOrEmpty(found.passwordHash()))
            : robots.credentials(robotId.orElseThrow()).map(RobotCredentials::secretHash);
    return stored.map(text -> hash("refresh " + text));
  }

  private Mono<String> insert(Optional<Long> userId, Optional<Long> robotId, byte[] mark) {
    String token = newToken();
    Instant now = clock.instant();
    return repository
        .insert(
            hash(token),
            new RefreshToken(
                UUID.randomUUID(),
                userId,
                robotId,
                mark,
                now,
                now.plus(LIFETIME),
                Optional.empty()))
        .thenReturn(token);
  }

  private static String newToken() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java runtime has no SHA-256", e);
    }
  }

  private static RegistryException refused() {
    return new RegistryException(
        ErrorCode.UNAUTHORIZED, "the refresh token is not valid; log in again");
  }

  /**
   * @param next the token to use from now on; empty: the same
   */
  public record Refreshed(Caller caller, Optional<String> next) {
    /** Without the token: this may end up in a log. */
    @Override
    public String toString() {
      return "Refreshed[" + caller.principal().name() + "]";
    }
  }
}
