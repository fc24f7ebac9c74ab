package dev.breakwater.auth.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.limit.SharedBuckets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Slows down whoever guesses passwords, and nobody else.
 *
 * <p>State, in this process: a bucket of failures for each pair of account and address, one for
 * each address (of IPv6, each /64), and the pairs that have logged in lately. A failure takes from
 * both buckets; they fill up again with time. An attempt is refused before any hashing while the
 * pair's bucket is empty, or while the address's is and the pair is not known.
 *
 * <p>Why this locks nobody else out: an account has no bucket of its own, so guesses from elsewhere
 * do not touch its owner; a known pair is not held up by strangers at its address (behind one NAT);
 * a password that was right lately is not even an attempt ({@link Authenticator} asks the caches
 * first). What remains is whoever shares an address <em>and</em> guesses at that account: its owner
 * then waits two seconds at a time.
 *
 * <p>Replicas count together where they have a place for it: a failure takes from the shared bucket
 * as well, and this replica's own one holds no more than what is left there. So each replica learns
 * of the others' failures with its own next one. Without such a place each counts for itself: N of
 * them let through N times as much, still far below what guessing needs. Memory is bounded: the
 * least used buckets are dropped first, which can only be forgiving.
 */
public final class LoginThrottle {
  private static final int MAX_ENTRIES = 100_000;
  private static final int MAX_ACCOUNT = 255;
  private static final double PAIR_BURST = 10;
  private static final double PAIR_PER_SECOND = 0.5;
  private static final double ADDRESS_BURST = 100;
  private static final double ADDRESS_PER_SECOND = 5;
  private static final Duration FULL_AGAIN = Duration.ofMinutes(1);
  private static final Duration KNOWN = Duration.ofDays(7);

  private final SharedBuckets shared;
  private final Ticker ticker;
  private final Cache<Pair, Bucket> pairs;
  private final Cache<String, Bucket> addresses;
  private final Cache<Pair, Boolean> known;

  public LoginThrottle(SharedBuckets shared) {
    this(shared, Ticker.systemTicker());
  }

  LoginThrottle(SharedBuckets shared, Ticker ticker) {
    this.shared = shared;
    this.ticker = ticker;
    this.pairs = cache(ticker, FULL_AGAIN).build();
    this.addresses = cache(ticker, FULL_AGAIN).build();
    this.known = cache(ticker, KNOWN).build();
  }

  private static Caffeine<Object, Object> cache(Ticker ticker, Duration unused) {
    return Caffeine.newBuilder().ticker(ticker).maximumSize(MAX_ENTRIES).expireAfterAccess(unused);
  }

  /**
   * @param address empty: the program itself, which is never held up
   * @throws RegistryException TOO_MANY_REQUESTS if this attempt must wait
   */
  public void enter(String account, String address) {
    if (address.isEmpty()) {
      return;
    }
    Pair pair = Pair.of(account, address);
    boolean stranger = known.getIfPresent(pair) == null;
    if (isEmpty(pairs.getIfPresent(pair)) || (stranger && isEmpty(at(pair.network())))) {
      throw new RegistryException(
          ErrorCode.TOO_MANY_REQUESTS, "too many failed log-ins from your address; wait a little");
    }
  }

  /** Counts an attempt that was refused; completes when all replicas have it counted. */
  public Mono<Void> failed(String account, String address) {
    return address.isEmpty()
        ? Mono.empty()
        : Mono.defer(() -> {
          Pair pair = Pair.of(account, address);
          return Mono.when(
              take(pairs, pair, "pair:" + fingerprint(pair), PAIR_BURST, PAIR_PER_SECOND),
              take(
                  addresses,
                  pair.network(),
                  "address:" + pair.network(),
                  ADDRESS_BURST,
                  ADDRESS_PER_SECOND));
        });
  }

  private <K> Mono<Void> take(
      Cache<K, Bucket> buckets, K key, String name, double burst, double perSecond) {
    long now = ticker.read();
    buckets.asMap().compute(key, (_, bucket) -> take(bucket, burst, perSecond, now));
    return shared
        .take(name, burst, perSecond)
        .doOnNext(
            rest -> buckets.asMap().computeIfPresent(key, (_, bucket) -> atMost(bucket, rest)))
        .then();
  }

  private Bucket atMost(Bucket bucket, double rest) {
    long now = ticker.read();
    return bucket.level(now) <= rest
        ? bucket
        : new Bucket(rest, now, bucket.burst(), bucket.perSecond());
  }

  /** Names of accounts do not leave the program for this. */
  private static String fingerprint(Pair pair) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((pair.network() + " " + pair.account()).getBytes(UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java runtime has no SHA-256", e);
    }
  }

  /** Remembers whoever was let in. */
  public void succeeded(String account, String address) {
    if (!address.isEmpty()) {
      known.put(Pair.of(account, address), true);
    }
  }

  private @Nullable Bucket at(String network) {
    return addresses.getIfPresent(network);
  }

  private boolean isEmpty(@Nullable Bucket bucket) {
    return bucket != null && bucket.level(ticker.read()) < 1;
  }

  private static Bucket take(@Nullable Bucket bucket, double burst, double perSecond, long now) {
    double level = bucket == null ? burst : bucket.level(now);
    return new Bucket(Math.max(0, level - 1), now, burst, perSecond);
  }

  /** One customer has a whole /64 of IPv6: its addresses are one. */
  private static String network(String address) {
    if (address.indexOf(':') < 0 || address.indexOf('.') >= 0) {
      return address;
    }
    int colons = 0;
    for (int i = 0; i < address.length(); i++) {
      if (address.charAt(i) == ':' && ++colons == 4) {
        return address.substring(0, i);
      }
    }
    return address;
  }

  private record Pair(String account, String network) {
    /** No account has a name that is longer, and nobody fills the memory with one. */
    static Pair of(String account, String address) {
      String name = account.substring(0, Math.min(account.length(), MAX_ACCOUNT));
      return new Pair(name, LoginThrottle.network(address));
    }
  }

  /**
   * @param rest how many failures it allowed at that time
   * @param at in nanoseconds of the ticker
   */
  private record Bucket(double rest, long at, double burst, double perSecond) {
    double level(long now) {
      return Math.min(burst, rest + (now - at) / 1e9 * perSecond);
    }
  }
}
