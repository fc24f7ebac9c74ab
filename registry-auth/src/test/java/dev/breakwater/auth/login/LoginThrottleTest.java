package dev.breakwater.auth.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.limit.SharedBuckets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class LoginThrottleTest {
  private static final String HOME = "192.0.2.1";
  private static final String ELSEWHERE = "198.51.100.7";

  private final AtomicLong nanos = new AtomicLong();
  private final LoginThrottle throttle = new LoginThrottle(SharedBuckets.NONE, nanos::get);

  @Test
  void letsTheOwnerInFromElsewhereWhileSomebodyGuesses() {
    fail("alice", HOME, 1000);

    refuses("alice", HOME);
    throttle.enter("alice", ELSEWHERE);
    throttle.enter("alice", "");
  }

  @Test
  void letsOthersAtTheSameAddressInWhoWereHereBefore() {
    throttle.succeeded("bob", HOME);
    for (int i = 0; i < 1000; i++) {
      fail("guess" + i, HOME, 1);
    }

    refuses("carol", HOME);
    throttle.enter("bob", HOME);
    throttle.enter("carol", ELSEWHERE);
  }

  @Test
  void forgivesWithTime() {
    fail("alice", HOME, 10);
    refuses("alice", HOME);

    nanos.addAndGet(Duration.ofSeconds(2).toNanos());

    throttle.enter("alice", HOME);
    fail("alice", HOME, 1);
    refuses("alice", HOME);
  }

  @Test
  void takesACustomersWholeNetworkOfVersion6ForOne() {
    for (int i = 0; i < 1000; i++) {
      fail("alice", "2001:db8:1:2:0:0:0:" + Integer.toHexString(i), 1);
    }

    refuses("alice", "2001:db8:1:2:ffff:0:0:1");
    throttle.enter("alice", "2001:db8:1:3:0:0:0:1");
  }

  @Test
  void countsTogetherWithOtherReplicas() {
    Map<String, Double> left = new HashMap<>();
    SharedBuckets buckets =
        (key, burst, _) ->
            Mono.just(left.merge(key, burst - 1, (rest, _) -> Math.max(0, rest - 1)));
    LoginThrottle here = new LoginThrottle(buckets, nanos::get);
    LoginThrottle there = new LoginThrottle(buckets, nanos::get);
    for (int i = 0; i < 9; i++) {
      here.failed("alice", HOME).block();
    }
    there.enter("alice", HOME);

    there.failed("alice", HOME).block();

    assertThatThrownBy(() -> there.enter("alice", HOME)).isInstanceOf(RegistryException.class);
    there.enter("bob", HOME);
  }

  private void fail(String account, String address, int times) {
    for (int i = 0; i < times; i++) {
      throttle.failed(account, address).block();
    }
  }

  private void refuses(String account, String address) {
    assertThatThrownBy(() -> throttle.enter(account, address))
        .isInstanceOfSatisfying(
            RegistryException.class,
            known -> assertThat(known.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS));
  }
}
