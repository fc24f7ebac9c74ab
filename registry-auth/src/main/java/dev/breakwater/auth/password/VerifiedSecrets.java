package dev.breakwater.auth.password;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import reactor.core.publisher.Mono;

/**
 * Remembers for {@link #REMEMBERED} which passwords were right. Clients that use Basic
 * authentication send the password with every request, and a hash takes a tenth of a second.
 *
 * <p>What is remembered is only a keyed hash (HMAC with a key that this process made up) over the
 * password <em>and the stored hash it matched</em>: a changed password is another question, and
 * whoever reads our memory cannot try passwords without the key.
 */
public final class VerifiedSecrets {
  public static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final SecretKeySpec key;

  /** Running comparisons and those that were right: several requests at once share one. */
  private final AsyncCache<ByteBuffer, Boolean> compared;

  public VerifiedSecrets(Ticker ticker) {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
    this.compared =
        Caffeine.newBuilder()
            .ticker(ticker)
            .maximumSize(50_000)
            .expireAfterWrite(REMEMBERED)
            .buildAsync();
  }

  /**
   * Whether the password is right.
   *
   * @param stored the stored hash, or whatever else stands for what the password is tried against
   * @param comparison tries it, if it is not remembered
   */
  public Mono<Boolean> check(String stored, String password, Supplier<Mono<Boolean>> comparison) {
    return Mono.defer(() -> {
      ByteBuffer proof = proof(stored, password);
      return Mono.fromFuture(compared.get(proof, (_, _) -> comparison.get().toFuture()), true)
          .doOnNext(right -> {
            if (!right) {
              compared.synchronous().invalidate(proof);
            }
          });
    });
  }

  /** Whether the password was tried against this hash and was right, not long ago. */
  public boolean remembers(String stored, String password) {
    CompletableFuture<Boolean> known = compared.getIfPresent(proof(stored, password));
    return known != null && known.getNow(false);
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
}
