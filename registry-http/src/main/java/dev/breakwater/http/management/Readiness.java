package dev.breakwater.http.management;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Whether this replica should get requests: it has been started, it is not stopping, and what it
 * needs answers in time.
 */
public final class Readiness {
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  private final Map<String, Mono<?>> checks;
  private final Set<String> needed;
  private volatile boolean accepting;

  /**
   * @param needed what must complete without an error, by the name that is shown
   */
  public Readiness(Map<String, Mono<?>> needed) {
    this(needed, Map.of());
  }

  /**
   * @param needed what must complete without an error, by the name that is shown
   * @param useful what is shown as well, but is done without while it does not answer
   */
  public Readiness(Map<String, Mono<?>> needed, Map<String, Mono<?>> useful) {
    this.needed = Set.copyOf(needed.keySet());
    this.checks = new LinkedHashMap<>(needed);
    this.checks.putAll(useful);
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

  /** Whether everything that is needed answers. */
  boolean isHealthy(Map<String, String> components) {
    return needed.stream().allMatch(name -> "ok".equals(components.get(name)));
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
