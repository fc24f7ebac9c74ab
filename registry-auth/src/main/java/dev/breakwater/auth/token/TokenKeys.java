package dev.breakwater.auth.token;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.core.token.SigningKey;
import dev.breakwater.core.token.SigningKeyRepository;
import dev.breakwater.core.token.TokenRoot;
import dev.breakwater.core.token.TokenRootRepository;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The keys of the token service, as rows that all replicas share.
 *
 * <p>One key of the configured algorithm signs. Rotation retires it and makes another one; the
 * retired key still verifies, and stays in the JWKS, until the last token that it may have signed
 * has expired, whatever lifetime was set at that time ({@link TokenSettings#MAX_LIFETIME}). Each
 * replica reads the rows again after {@link #REFRESH} of use, and at once (but not more than every
 * {@link #UNKNOWN_KEY_PAUSE}) when a token names a key it does not know; so after a rotation
 * another replica goes on signing with the retired key for {@link #REFRESH} at most, which the time
 * that retired keys are kept for includes.
 *
 * <p>{@link #open} comes first; the other methods may be called from any thread afterwards.
 */
public final class TokenKeys {
  private static final Logger log = LoggerFactory.getLogger(TokenKeys.class);

  static final Duration REFRESH = Duration.ofSeconds(30);
  static final Duration UNKNOWN_KEY_PAUSE = Duration.ofSeconds(5);

  /**
   * How long a key is known before it signs: each replica has read it by then, and so has whoever
   * keeps the JWKS for the minute that it may be kept.
   */
  static final Duration NOTICE = REFRESH.plusSeconds(60);

  private static final String ROOT_CONTEXT = "token-root";
  private static final Duration MARGIN = Duration.ofMinutes(5);

  private final SigningKeyRepository keys;
  private final TokenRootRepository roots;
  private final SecretBox box;
  private final CryptoPool pool;
  private final TokenSettings settings;
  private final Clock clock;
  private final AtomicReference<@Nullable Mono<Loaded>> loading = new AtomicReference<>();
  private volatile Loaded loaded = Loaded.NONE;

  public TokenKeys(
      SigningKeyRepository keys,
      TokenRootRepository roots,
      SecretBox box,
      CryptoPool pool,
      TokenSettings settings,
      Clock clock) {
    this.keys = keys;
    this.roots = roots;
    this.box = box;
    this.pool = pool;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Reads root and keys, and makes what is missing.
   *
   * @param imported the operator's own key; it becomes the signing one if it is not
   */
  public Mono<Void> open(Optional<ImportedKey> imported) {
    return root()
        .then(Mono.defer(this::read))
        .flatMap(rows -> imported.isPresent() ? use(imported.get(), rows) : ensureSigning(rows))
        .then(Mono.defer(() -> keys.deleteRetiredBefore(oldestUsable())))
        .then();
  }

  /** The root's certificate as PEM: what a registry needs as {@code rootcertbundle}. */
  public Mono<String> rootCertificate() {
    return root().map(root -> TokenCertificates.pem(root.certificate()));
  }

  /** Makes a new signing key and retires the present one. */
  public Mono<Void> rotate() {
    return pool.run(() -> settings.algorithm().generate()).flatMap(this::activate).then();
  }

  /**
   * Makes a new signing key if the present one has signed for longer than this. Replicas may do it
   * all at once, again and again: one does. The new one signs {@link #NOTICE} later.
   */
  public Mono<Void> rotateIfOlder(Duration age) {
    return Mono.defer(() -> {
      Instant now = clock.instant();
      return keys.findUsable(now)
          .filter(row -> isActive(row) && row.createdAt().isBefore(now.minus(age)))
          .next()
          .flatMap(old -> replace(old, now.minus(age), now.plus(NOTICE)));
    });
  }

  private Mono<Void> replace(SigningKey old, Instant createdBefore, Instant begin) {
    return root()
        .flatMap(root -> pool.run(() -> seal(settings.algorithm().generate(), root, begin)))
        .flatMap(next ->
            keys.rotateIfOlder(next, createdBefore, begin)
                .filter(replaced -> replaced)
                .doOnNext(
                    _ -> log.info("tokens are signed by {} from {} on, not {}", next, begin, old)))
        .flatMap(_ -> read())
        .then(Mono.defer(() -> keys.deleteRetiredBefore(oldestUsable())))
        .then();
  }

  private boolean isActive(SigningKey row) {
    return isForUs(row) && row.retiredAt() == null;
  }

  private boolean isForUs(SigningKey row) {
    return row.algorithm().equals(settings.algorithm().name());
  }

  /** The public keys as a JSON Web Key Set (RFC 7517). */
  public Mono<String> jwks() {
    return current().map(Loaded::jwks);
  }

  Mono<TokenKey> signing() {
    return current().map(Loaded::requireSigning);
  }

  /** The key with this id, if it is one of ours; empty otherwise. */
  Mono<TokenKey> find(String id) {
    Loaded now = loaded;
    TokenKey known = now.byId().get(id);
    if (known != null) {
      return Mono.just(known);
    }
    return olderThan(now, UNKNOWN_KEY_PAUSE)
        ? load().flatMap(fresh -> Mono.justOrEmpty(fresh.byId().get(id)))
        : Mono.empty();
  }

  private Mono<Loaded> current() {
    Loaded now = loaded;
    return olderThan(now, REFRESH) ? load() : Mono.just(now);
  }

  private boolean olderThan(Loaded state, Duration age) {
    return state.at().plus(age).isBefore(clock.instant());
  }

  /** Reads the rows; whoever asks meanwhile waits for the same reading. */
  private Mono<Loaded> load() {
    return Mono.defer(() -> {
      Mono<Loaded> fresh = read().doOnTerminate(() -> loading.set(null)).cache();
      Mono<Loaded> running = loading.compareAndExchange(null, fresh);
      return running == null ? fresh : running;
    });
  }

  private Mono<Loaded> read() {
    Instant at = clock.instant();
    return keys.findUsable(oldestUsable())
        .collectList()
        .flatMap(rows -> pool.run(() -> open(rows, at)))
        .map(this::install);
  }

  private synchronized Loaded install(Loaded read) {
    loaded = Loaded.newer(loaded, read);
    return loaded;
  }

  private Loaded open(List<SigningKey> rows, Instant at) throws GeneralSecurityException {
    Map<String, TokenKey> byId = new LinkedHashMap<>();
    TokenKey signing = null;
    for (SigningKey row : rows) {
      TokenKey known = loaded.byId().get(row.id());
      TokenKey key = known == null ? open(row) : known;
      byId.put(row.id(), key);
      if (signs(row, at) || (signing == null && isActive(row))) {
        signing = key;
      }
    }
    return new Loaded(at, Map.copyOf(byId), signing, jwks(byId));
  }

  /** Whether it is its time to sign; one that has just been made has some time left. */
  private boolean signs(SigningKey row, Instant at) {
    Instant end = row.retiredAt();
    return isForUs(row) && !at.isBefore(row.createdAt()) && (end == null || at.isBefore(end));
  }

  private TokenKey open(SigningKey row) throws GeneralSecurityException {
    byte[] key = box.open(row.sealedPrivateKey(), keyContext(row.id()));
    return TokenKey.of(TokenAlgorithm.valueOf(row.algorithm()), key, row.certificate());
  }

  private static String jwks(Map<String, TokenKey> byId) {
    List<JWK> published = byId.values().stream().map(TokenKey::published).toList();
    return new JWKSet(published).toString();
  }

  private Instant oldestUsable() {
    return clock
        .instant()
        .minus(TokenSettings.MAX_LIFETIME)
        .minus(TokenSettings.LEEWAY)
        .minus(REFRESH)
        .minus(MARGIN);
  }

  private Mono<Loaded> ensureSigning(Loaded rows) {
    return rows.signing() == null
        ? root()
            .flatMap(root ->
                pool.run(() -> seal(settings.algorithm().generate(), root, clock.instant())))
            .flatMap(keys::insertIfNoneActive)
            .then(Mono.defer(this::read))
        : Mono.just(rows);
  }

  private Mono<Loaded> use(ImportedKey key, Loaded rows) {
    if (key.algorithm() != settings.algorithm()) {
      return Mono.error(
          new IllegalArgumentException(
              "token.key signs with "
                  + key.algorithm()
                  + ", but token.algorithm is "
                  + settings.algorithm()));
    }
    TokenKey signing = rows.signing();
    return signing != null && signing.id().equals(LibtrustKeyId.of(key.pair().getPublic()))
        ? Mono.just(rows)
        : activate(key.pair());
  }

  private Mono<Loaded> activate(KeyPair pair) {
    return root()
        .flatMap(root -> pool.run(() -> seal(pair, root, clock.instant())))
        .flatMap(key -> keys.rotate(key, clock.instant()))
        .then(Mono.defer(this::read));
  }

  private SigningKey seal(KeyPair pair, TokenRoot root, Instant begin)
      throws GeneralSecurityException {
    PrivateKey rootKey =
        KeyFactory.getInstance("EC")
            .generatePrivate(
                new PKCS8EncodedKeySpec(box.open(root.sealedPrivateKey(), ROOT_CONTEXT)));
    X509Certificate certificate =
        TokenCertificates.leaf(
            pair.getPublic(),
            TokenCertificates.parse(root.certificate()),
            rootKey,
            clock.instant());
    String id = LibtrustKeyId.of(pair.getPublic());
    return new SigningKey(
        id,
        settings.algorithm().name(),
        box.seal(pair.getPrivate().getEncoded(), keyContext(id)),
        certificate.getEncoded(),
        begin,
        null);
  }

  private Mono<TokenRoot> root() {
    return roots
        .find()
        .switchIfEmpty(Mono.defer(() -> pool.run(this::makeRoot).flatMap(roots::insertIfAbsent)));
  }

  private TokenRoot makeRoot() throws GeneralSecurityException {
    KeyPair pair = TokenAlgorithm.ES256.generate();
    X509Certificate certificate = TokenCertificates.root(pair, clock.instant());
    return new TokenRoot(
        box.seal(pair.getPrivate().getEncoded(), ROOT_CONTEXT),
        certificate.getEncoded(),
        clock.instant());
  }

  private static String keyContext(String id) {
    return "token-key:" + id;
  }

  /** The rows as they were read at some time. */
  private record Loaded(
      Instant at, Map<String, TokenKey> byId, @Nullable TokenKey signing, String jwks) {
    static final Loaded NONE = new Loaded(Instant.EPOCH, Map.of(), null, "{\"keys\":[]}");

    static Loaded newer(Loaded one, Loaded other) {
      return other.at().isBefore(one.at()) ? one : other;
    }

    TokenKey requireSigning() {
      if (signing == null) {
        throw new IllegalStateException(
            "there is no active signing key; TokenKeys.open comes first");
      }
      return signing;
    }
  }
}
