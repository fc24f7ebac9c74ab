package dev.breakwater.core.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.principal.Principal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class SessionsTest {
  private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
  private static final Caller ALICE =
      Caller.of(new Principal.User(7, "alice", false), Credential.PASSWORD).from("192.0.2.1");

  private Instant now = START;
  private final AtomicLong nanos = new AtomicLong();
  private final InMemorySessionRepository rows = new InMemorySessionRepository();
  private final List<Event> events = new ArrayList<>();
  private final Sessions sessions = replica();

  /** Another program on the same rows. */
  private Sessions replica() {
    return new Sessions(
        rows,
        new DirectTransactions(),
        (_, event) -> Mono.fromRunnable(() -> events.add(event)),
        Mono.just(IdentityRules.DEFAULT),
        ((InstantSource) () -> now).withZone(ZoneOffset.UTC),
        nanos::get);
  }

  @Test
  void lastsAsLongAsItIsUsed() {
    String cookie = start();

    for (int i = 0; i < 5; i++) {
      pass(Duration.ofMinutes(59));
      finds(sessions, cookie, true);
    }
    pass(Duration.ofMinutes(60));
    findsNone(sessions, cookie);
  }

  @Test
  void isNotRenewedByThoseWhoOnlyLook() {
    String cookie = start();

    pass(Duration.ofMinutes(59));
    finds(sessions, cookie, false);
    pass(Duration.ofMinutes(2));

    findsNone(sessions, cookie);
  }

  @Test
  void isWrittenOnceAMinuteAtMost() {
    String cookie = start();

    for (int i = 0; i < 100; i++) {
      pass(Duration.ofSeconds(1));
      finds(sessions, cookie, true);
    }

    assertThat(rows.renewals()).isEqualTo(1);
  }

  @Test
  void isServedAndEndedByAnyReplica() {
    String cookie = start();
    Sessions other = replica();
    finds(other, cookie, true);

    StepVerifier.create(sessions.end(cookie, ALICE)).verifyComplete();

    findsNone(sessions, cookie);
    nanos.addAndGet(Sessions.CACHE.plusMillis(1).toNanos());
    findsNone(other, cookie);
    assertThat(Sessions.CACHE).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void keepsNothingThatACookieCouldBeMadeOf() {
    String cookie = start();

    assertThat(rows.hashes()).doesNotContain(ByteBuffer.wrap(cookie.getBytes(UTF_8)));
    for (String wrong : List.of("", "x", "A".repeat(43), cookie + "A", cookie.substring(1))) {
      findsNone(sessions, wrong);
    }
  }

  @Test
  void tellsTheAuditLogOfLogInsAndFailedOnes() {
    String cookie = start();
    StepVerifier.create(sessions.failed("ali\0ce", "192.0.2.1")).verifyComplete();
    StepVerifier.create(sessions.end(cookie, ALICE)).verifyComplete();
    StepVerifier.create(sessions.end(cookie, ALICE)).verifyComplete();

    assertThat(events)
        .extracting(Event::type)
        .containsExactly(EventType.LOGIN_USER, EventType.LOGIN_USER, EventType.LOGOUT_USER);
    assertThat(events).extracting(Event::successful).containsExactly(true, false, true);
    assertThat(events.get(1).username()).doesNotContain("\0");
  }

  @Test
  void isForPeopleOnly() {
    StepVerifier.create(sessions.start(Caller.ANONYMOUS)).verifyError(RegistryException.class);
  }

  private String start() {
    return sessions.start(ALICE).blockOptional().orElseThrow();
  }

  private void pass(Duration time) {
    now = now.plus(time);
    nanos.addAndGet(time.toNanos());
  }

  private static void finds(Sessions replica, String cookie, boolean renew) {
    StepVerifier.create(replica.find(cookie, renew)).expectNext(7L).verifyComplete();
  }

  private static void findsNone(Sessions replica, String cookie) {
    StepVerifier.create(replica.find(cookie, true)).verifyComplete();
  }
}
