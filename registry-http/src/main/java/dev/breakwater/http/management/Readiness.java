package dev.breakwater.http.management;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Whether this replica should get requests: it has been started, it is not stopping, and what it
 * needs answers in time.
 */
public final class Readiness {
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  private final Map<String, Mono<?>> checks;
  private volatile boolean accepting;

  /**
   * @param checks what must complete without an error, by the name that is shown
   */
  public Readiness(Map<String, Mono<?>> checks) {
    this.checks = new LinkedHashMap<>(checks);
  }

  public void startAccepting() {
    accepting = true;
  }

  /** From now on load balancers are told to go elsewhere. */
  public void stopAccepting() {
    accepting = false;
  }

  public boolean isAccepting() {
    return accepting;
  }

  /** What every component answers: {@code ok}, or what is wrong. */
  public Mono<Map<String, String>> components() {
    return Flux.fromIterable(checks.entrySet())
        .flatMapSequential(
            entry -> check(entry.getValue()).map(state -> Map.entry(entry.getKey(), state)), 4)
        .collectMap(Map.Entry::getKey, Map.Entry::getValue, LinkedHashMap::new);
  }

  private static Mono<String> check(Mono<?> check) {
    return check
        .timeout(DEADLINE)
        .then(Mono.just("ok"))
        .onErrorResume(Exception.class, error -> Mono.just(describe(error)));
  }

  private static String describe(Exception error) {
    return error instanceof java.util.concurrent.TimeoutException
        ? "no answer within " + DEADLINE.toSeconds() + " s"
        : String.valueOf(error.getMessage());
  }
}
