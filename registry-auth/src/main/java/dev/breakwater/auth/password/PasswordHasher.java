package dev.breakwater.auth.password;

import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.core.secret.SecretHashing;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import reactor.core.publisher.Mono;

/**
 * Hashes passwords with PBKDF2-HMAC-SHA256, 600,000 iterations (about 170 ms here), on the pool it
 * was given.
 *
 * <p>PBKDF2 and not Argon2id: the JDK has it, a waiting log-in holds no memory (Argon2id: 19 MiB
 * each), and it is the scheme of the rows that a migration brings, whatever their iterations.
 */
public final class PasswordHasher implements SecretHashing {
  static final int ITERATIONS = 600_000;

  /** Stretching does nothing for 190 random bits; this is what a migration brings. */
  static final int GENERATED_ITERATIONS = 4096;

  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  private final CryptoPool pool;
  private final int iterations;
  private final SecureRandom random = new SecureRandom();
  private final PasswordHash nobody;
  private final AtomicLong fullHashes = new AtomicLong();

  public PasswordHasher(CryptoPool pool) {
    this(pool, ITERATIONS);
  }

  /** With another cost, for tests that hash a lot. */
  public PasswordHasher(CryptoPool pool, int iterations) {
    this.pool = pool;
    this.iterations = iterations;
    this.nobody = new PasswordHash(iterations, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
  }

  /** The text to store for this password. */
  @Override
  public Mono<String> hash(String password) {
    return hash(password, iterations);
  }

  @Override
  public Mono<String> hashGenerated(String secret) {
    return hash(secret, Math.min(iterations, GENERATED_ITERATIONS));
  }

  private Mono<String> hash(String password, int iterations) {
    return pool.run(() -> {
      byte[] salt = randomBytes(SALT_BYTES);
      byte[] hash = derive(password, salt, iterations, HASH_BYTES);
      return new PasswordHash(iterations, salt, hash).text();
    });
  }

  /**
   * Whether the password is the stored one.
   *
   * @param stored what {@link #hash} answered
   * @throws IllegalArgumentException (as error signal) if {@code stored} is no hash
   */
  @Override
  public Mono<Boolean> matches(String password, String stored) {
    return pool.run(() -> compare(password, PasswordHash.parse(stored)));
  }

  /** Takes as long as {@link #matches} and is always false: for users that do not exist. */
  public Mono<Boolean> matchesNobody(String password) {
    return pool.run(() -> compare(password, nobody)).map(_ -> false);
  }

  /** Whether trying a password against it costs less than {@link #matchesNobody}. */
  public boolean isCheap(String stored) {
    return PasswordHash.parse(stored).iterations() < iterations;
  }

  /** How many comparisons of the full cost were made, for metrics and tests. */
  public long fullHashes() {
    return fullHashes.get();
  }

  private boolean compare(String password, PasswordHash stored) throws GeneralSecurityException {
    if (stored.iterations() >= iterations) {
      fullHashes.incrementAndGet();
    }
    byte[] hash = derive(password, stored.salt(), stored.iterations(), stored.hash().length);
    return MessageDigest.isEqual(hash, stored.hash());
  }

  private static byte[] derive(String password, byte[] salt, int iterations, int length)
      throws GeneralSecurityException {
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, length * 8);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } finally {
      spec.clearPassword();
    }
  }

  private byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
