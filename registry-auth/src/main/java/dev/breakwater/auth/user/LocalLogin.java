package dev.breakwater.auth.user;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.breakwater.auth.password.PasswordHasher;
import dev.breakwater.auth.password.VerifiedSecrets;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserCredentials;
import dev.breakwater.core.user.UserRepository;
import dev.breakwater.core.user.UserSource;
import dev.breakwater.core.user.UserWatch;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Log-in of local users by name and password.
 *
 * <p>A password that was right is remembered ({@link VerifiedSecrets}), while the row itself is
 * read again after {@link #ROWS}: a changed password or a deleted user ends the log-in within that
 * time on every replica, without anybody telling them; at once on the replica that {@link #changed}
 * is called on.
 */
public final class LocalLogin implements UserWatch {
  static final Duration ROWS = Duration.ofSeconds(4);

  /** Longer ones are refused without hashing. */
  static final int MAX_PASSWORD_LENGTH = 1024;

  private static final int MAX_USERNAME_LENGTH = 255;

  private final UserRepository users;
  private final PasswordHasher hasher;
  private final Vouching others;
  private final VerifiedSecrets verified;
  private final AsyncCache<String, Optional<UserCredentials>> rows;
  private final AsyncCache<Long, Optional<UserCredentials>> byId;

  public LocalLogin(UserRepository users, PasswordHasher hasher) {
    this(users, hasher, Vouching.FOR_ALL);
  }

  /**
   * The same where users of other systems have tokens and sessions, too.
   *
   * @param others is asked for each of their requests
   */
  public LocalLogin(UserRepository users, PasswordHasher hasher, Vouching others) {
    this(users, hasher, others, Ticker.systemTicker());
  }

  LocalLogin(UserRepository users, PasswordHasher hasher, Ticker ticker) {
    this(users, hasher, Vouching.FOR_ALL, ticker);
  }

  private LocalLogin(UserRepository users, PasswordHasher hasher, Vouching others, Ticker ticker) {
    this.others = others;
    this.users = users;
    this.hasher = hasher;
    this.verified = new VerifiedSecrets(ticker);
    this.rows = shortLived(ticker).buildAsync();
    this.byId = shortLived(ticker).buildAsync();
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

  /**
   * The user of a token or a session that was begun before: empty once the user is gone, here or
   * where they come from.
   */
  public Mono<Principal> find(long id) {
    return credentials(id)
        .map(UserCredentials::user)
        .filterWhen(others::vouchesFor)
        .map(User::principal);
  }

  /** The user of this number with the password hash, as read lately: empty once they are gone. */
  public Mono<UserCredentials> credentials(long id) {
    return Mono.fromFuture(
            () ->
                byId.get(
                    id,
                    (key, _) ->
                        users
                            .findCredentials(key)
                            .map(Optional::of)
                            .defaultIfEmpty(Optional.empty())
                            .toFuture()),
            true)
        .flatMap(Mono::justOrEmpty);
  }

  /** Whether the user of this name has a password here; false for names that nobody has. */
  public Mono<Boolean> isLocal(String username) {
    return username.isEmpty() || username.length() > MAX_USERNAME_LENGTH
        ? Mono.just(true)
        : credentials(username)
            .map(found ->
                found
                    .map(row -> row.user().source() == UserSource.LOCAL)
                    .orElse(username.equals(FirstAdministrator.USERNAME)));
  }

  /** Whether this password was right not long ago: trying it again costs nothing. */
  public boolean remembers(String username, String password) {
    CompletableFuture<Optional<UserCredentials>> known = rows.getIfPresent(username);
    return known != null
        && known.isDone()
        && !known.isCompletedExceptionally()
        && known
            .join()
            .map(UserCredentials::passwordHash)
            .map(stored -> verified.remembers(stored, password))
            .orElse(false);
  }

  @Override
  public void changed(User user) {
    rows.synchronous().invalidate(user.username());
    byId.synchronous().invalidate(user.id());
  }

  /** Forgets all rows: call it when users changed elsewhere. */
  public void forget() {
    rows.synchronous().invalidateAll();
    byId.synchronous().invalidateAll();
  }

  /** The row of this name with the password hash, as it was read lately. */
  public Mono<Optional<UserCredentials>> credentials(String username) {
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
    return verified
        .check(stored == null ? username : stored, password, () -> compare(password, stored))
        .flatMap(right ->
            right && found.isPresent()
                ? Mono.just(found.get().user().principal())
                : Mono.error(wrong()));
  }

  private Mono<Boolean> compare(String password, @Nullable String stored) {
    return stored == null ? hasher.matchesNobody(password) : hasher.matches(password, stored);
  }

  /** What is answered whatever is wrong. */
  public static RegistryException wrong() {
    return new RegistryException(ErrorCode.UNAUTHORIZED, "the user name or the password is wrong");
  }
}
