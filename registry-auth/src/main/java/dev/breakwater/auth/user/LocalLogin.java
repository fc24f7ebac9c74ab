package dev.breakwater.auth.user;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.breakwater.auth.password.PasswordHasher;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserCredentials;
import dev.breakwater.core.user.UserRepository;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Log-in of local users by name and password.
 *
 * <p>Clients that use Basic authentication send the password with every request, and a hash takes a
 * tenth of a second, so a password that was right is remembered for {@link #REMEMBERED}. What is
 * remembered is only a keyed hash (HMAC with a key that this process made up) over the password
 * <em>and the stored hash it matched</em>, while the row itself is read again after {@link #ROWS}:
 * a changed password or a deleted user ends the log-in within that time on every replica, without
 * anybody telling them.
 */
public final class LocalLogin {
  static final Duration ROWS = Duration.ofSeconds(4);
  static final Duration REMEMBERED = Duration.ofMinutes(10);

  /** Longer ones are refused without hashing. */
  static final int MAX_PASSWORD_LENGTH = 1024;

  private static final int MAX_USERNAME_LENGTH = 255;

  private final UserRepository users;
  private final PasswordHasher hasher;
  private final SecretKeySpec key;
  private final AsyncCache<String, Optional<UserCredentials>> rows;
  private final AsyncCache<Long, Optional<User>> byId;

  /** Running comparisons and those that were right: several requests at once share one. */
  private final AsyncCache<ByteBuffer, Boolean> compared;

  public LocalLogin(UserRepository users, PasswordHasher hasher) {
    this(users, hasher, Ticker.systemTicker());
  }

  LocalLogin(UserRepository users, PasswordHasher hasher, Ticker ticker) {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.users = users;
    this.hasher = hasher;
    this.key = new SecretKeySpec(random, "HmacSHA256");
    this.rows = shortLived(ticker).buildAsync();
    this.byId = shortLived(ticker).buildAsync();
    this.compared =
        Caffeine.newBuilder()
            .ticker(ticker)
            .maximumSize(50_000)
            .expireAfterWrite(REMEMBERED)
            .buildAsync();
  }

  private static Caffeine<Object, Object> shortLived(Ticker ticker) {
    return Caffeine.newBuilder().ticker(ticker).maximumSize(10_000).expireAfterWrite(ROWS);
  }

  /**
   * The user that this name and password belong to.
   *
   * @return an error UNAUTHORIZED that does not say which of the two is wrong, after the same work
   *     for a user that does not exist
   */
  public Mono<Principal> login(String username, String password) {
    if (username.isEmpty() || username.length() > MAX_USERNAME_LENGTH) {
      return Mono.error(wrong());
    }
    if (password.isEmpty() || password.length() > MAX_PASSWORD_LENGTH) {
      return Mono.error(wrong());
    }
    return credentials(username).flatMap(found -> check(username, found, password));
  }

  /** The user of a token that was issued before: empty once the user is gone. */
  public Mono<Principal> find(long id) {
    return Mono.fromFuture(
            () ->
                byId.get(
                    id,
                    (key, _) ->
                        users
                            .find(key)
                            .map(Optional::of)
                            .defaultIfEmpty(Optional.empty())
                            .toFuture()),
            true)
        .flatMap(user -> Mono.justOrEmpty(user.map(LocalLogin::principal)));
  }

  /** Forgets what is known of a user: call it after the user changed. */
  public void forget(User user) {
    rows.synchronous().invalidate(user.username());
    byId.synchronous().invalidate(user.id());
  }

  private Mono<Optional<UserCredentials>> credentials(String username) {
    return Mono.fromFuture(
        () ->
            rows.get(
                username,
                (key, _) ->
                    users
                        .findCredentials(key)
                        .map(Optional::of)
                        .defaultIfEmpty(Optional.empty())
                        .toFuture()),
        true);
  }

  private Mono<Principal> check(String username, Optional<UserCredentials> found, String password) {
    String stored = found.map(UserCredentials::passwordHash).orElse(null);
    ByteBuffer proof = proof(stored == null ? username : stored, password);
    return Mono.fromFuture(() -> compared.get(proof, (_, _) -> compare(password, stored)), true)
        .flatMap(right -> right ? Mono.just(principal(found.orElseThrow().user())) : refuse(proof));
  }

  private CompletableFuture<Boolean> compare(String password, @Nullable String stored) {
    return (stored == null ? hasher.matchesNobody(password) : hasher.matches(password, stored))
        .toFuture();
  }

  private Mono<Principal> refuse(ByteBuffer proof) {
    compared.synchronous().invalidate(proof);
    return Mono.error(wrong());
  }

  private ByteBuffer proof(String stored, String password) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(stored.getBytes(UTF_8));
      mac.update((byte) 0);
      return ByteBuffer.wrap(mac.doFinal(password.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The Java runtime has no HmacSHA256", e);
    }
  }

  private static Principal principal(User user) {
    return user.principal();
  }

  private static RegistryException wrong() {
    return new RegistryException(ErrorCode.UNAUTHORIZED, "the user name or the password is wrong");
  }
}
