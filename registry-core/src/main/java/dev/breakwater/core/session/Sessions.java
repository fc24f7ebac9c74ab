package dev.breakwater.core.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.transaction.Transactions;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Sessions of browsers. The cookie is 32 random bytes; only its SHA-256 is stored, so that whoever
 * reads the database cannot use one. A session is always a new one: no cookie that a client brings
 * is ever made good.
 *
 * <p>Any replica serves any session. A row is remembered for {@link #CACHE}, so that one that was
 * ended elsewhere, without this replica hearing of it, stops within that time. Using a session puts
 * its end off; to spare writes, once a minute at most.
 */
public final class Sessions {
  static final Duration CACHE = Duration.ofSeconds(2);

  private static final Duration RENEWAL = Duration.ofMinutes(1);
  private static final int COOKIE_BYTES = 32;
  private static final int COOKIE_LENGTH = 43;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SessionRepository repository;
  private final Transactions transactions;
  private final EventRecorder events;
  private final Mono<IdentityRules> rules;
  private final Clock clock;
  private final AsyncCache<ByteBuffer, Optional<Session>> cache;

  public Sessions(
      SessionRepository repository,
      Transactions transactions,
      EventRecorder events,
      Mono<IdentityRules> rules,
      Clock clock) {
    this(repository, transactions, events, rules, clock, Ticker.systemTicker());
  }

  Sessions(
      SessionRepository repository,
      Transactions transactions,
      EventRecorder events,
      Mono<IdentityRules> rules,
      Clock clock,
      Ticker ticker) {
    this.repository = repository;
    this.transactions = transactions;
    this.events = events;
    this.rules = rules;
    this.clock = clock;
    this.cache =
        Caffeine.newBuilder()
            .ticker(ticker)
            .maximumSize(50_000)
            .expireAfterWrite(CACHE)
            .buildAsync();
  }

  /**
   * Begins a session for the caller, who has just proved who they are.
   *
   * @return the cookie's value
   */
  public Mono<String> start(Caller caller) {
    if (!(caller.principal() instanceof Principal.User user)) {
      return Mono.error(
          () -> new RegistryException(ErrorCode.UNAUTHORIZED, "only people have sessions"));
    }
    return rules.flatMap(rule -> {
      String cookie = newCookie();
      Instant now = clock.instant();
      Session session = new Session(user.id(), now, now, now.plus(rule.sessionTimeout()));
      return transactions.inTx(tx ->
          repository
              .insert(tx, hash(cookie), session)
              .then(
                  Mono.defer(() ->
                      events.record(
                          tx, Event.of(EventType.LOGIN_USER, caller, user.name(), "login"))))
              .thenReturn(cookie));
    });
  }

  /** Records that somebody tried. */
  public Mono<Void> failed(String username, String address) {
    String shown = Printable.shorten(username);
    Event event =
        new Event(
            EventType.LOGIN_USER, shown, address, Optional.empty(), shown, "failed login", false);
    return transactions.inTx(tx -> events.record(tx, event).thenReturn(true)).then();
  }

  /**
   * Whose session this is; empty if it is none, or has ended.
   *
   * @param renew whether this use puts the end off
   */
  public Mono<Long> find(String cookie, boolean renew) {
    if (cookie.length() != COOKIE_LENGTH) {
      return Mono.empty();
    }
    return cached(hash(cookie))
        .filter(session -> clock.instant().isBefore(session.expiresAt()))
        .flatMap(session -> renewed(cookie, session, renew).thenReturn(session.userId()));
  }

  /** Ends a session; nothing happens if it is none. */
  public Mono<Void> end(String cookie, Caller caller) {
    byte[] hash = hash(cookie);
    return transactions
        .inTx(tx ->
            repository
                .delete(tx, hash)
                .flatMap(found ->
                    found
                        ? events
                            .record(
                                tx,
                                Event.of(
                                    EventType.LOGOUT_USER,
                                    caller,
                                    caller.principal().name(),
                                    "logout"))
                            .thenReturn(true)
                        : Mono.just(false)))
        .doOnTerminate(() -> cache.synchronous().invalidate(ByteBuffer.wrap(hash)))
        .then();
  }

  /** Forgets what is remembered: call it after sessions were ended in another way. */
  public void forget() {
    repository.forget();
    cache.synchronous().invalidateAll();
  }

  /** Deletes those that have ended. */
  public Mono<Long> purge() {
    return Mono.defer(() -> repository.deleteExpired(clock.instant()));
  }

  private Mono<Void> renewed(String cookie, Session session, boolean renew) {
    Instant now = clock.instant();
    if (!renew || now.isBefore(session.renewedAt().plus(RENEWAL))) {
      return Mono.empty();
    }
    byte[] hash = hash(cookie);
    return rules
        .flatMap(rule -> repository.renew(hash, now, now.plus(rule.sessionTimeout())))
        .doOnSuccess(_ -> cache.synchronous().invalidate(ByteBuffer.wrap(hash)));
  }

  private Mono<Session> cached(byte[] hash) {
    return Mono.fromFuture(
            () ->
                cache.get(
                    ByteBuffer.wrap(hash),
                    (_, _) ->
                        repository
                            .find(hash)
                            .map(Optional::of)
                            .defaultIfEmpty(Optional.empty())
                            .toFuture()),
            true)
        .flatMap(Mono::justOrEmpty);
  }

  private static String newCookie() {
    byte[] bytes = new byte[COOKIE_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] hash(String cookie) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(cookie.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java runtime has no SHA-256", e);
    }
  }
}
