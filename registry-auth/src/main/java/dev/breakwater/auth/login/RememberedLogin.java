package dev.breakwater.auth.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserRepository;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import reactor.core.publisher.Mono;

/**
 * Remembers for {@link #REMEMBERED} which passwords another system accepted, so that it is not
 * asked for each of the requests of one {@code docker pull}. A password or a group that is taken
 * away there ends here after that time, at the next request; what changes in our own rows (a role,
 * a deleted user) ends as fast as it always does, for the row is read again each time.
 *
 * <p>What is remembered is a keyed hash of name and password with a key that this process made up.
 * Several requests at once with the same ones ask once. A refusal is not remembered.
 */
public final class RememberedLogin implements ExternalLogin {
  static final Duration REMEMBERED = Duration.ofSeconds(60);

  private static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

  private final ExternalLogin login;
  private final UserRepository users;
  private final SecretKeySpec key;
  private final Cache<ByteBuffer, Mono<Long>> accepted;

  public RememberedLogin(ExternalLogin login, UserRepository users) {
    this(login, users, Ticker.systemTicker());
  }

  RememberedLogin(ExternalLogin login, UserRepository users, Ticker ticker) {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.login = login;
    this.users = users;
    this.key = new SecretKeySpec(random, "HmacSHA256");
    this.accepted =
        Caffeine.newBuilder()
            .ticker(ticker)
            .maximumSize(50_000)
            .expireAfterWrite(REMEMBERED)
            .build();
  }

  @Override
  public Mono<User> login(String username, String password) {
    return Mono.defer(
            () -> accepted.get(proof(username, password), _ -> remembered(username, password)))
        .flatMap(users::find);
  }

  private Mono<Long> remembered(String username, String password) {
    return login
        .login(username, password)
        .map(User::id)
        .cache(_ -> FOREVER, _ -> Duration.ZERO, () -> Duration.ZERO);
  }

  private ByteBuffer proof(String username, String password) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(username.getBytes(UTF_8));
      mac.update((byte) 0);
      return ByteBuffer.wrap(mac.doFinal(password.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The Java runtime has no HmacSHA256", e);
    }
  }
}
