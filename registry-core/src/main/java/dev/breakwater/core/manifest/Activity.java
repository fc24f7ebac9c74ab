package dev.breakwater.core.manifest;

import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.manifest.ActivityRepository.Pulls;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.time.Clock;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Notes pulls and pushes in memory, and {@link #flush writes} them down many at a time: a pull
 * never costs a write of its own. What was noted last is lost when the program is killed. Pulls of
 * the same manifest by the same principal between two flushes are one row in the audit log.
 */
public final class Activity {
  /** More different ones between two flushes are not noted. */
  private static final int MAX_ENTRIES = 50_000;

  private final ActivityRepository repository;
  private final Transactions transactions;
  private final EventRecorder events;
  private final Mono<PullRules> rules;
  private final Clock clock;
  private volatile Noted noted = new Noted();
  private volatile Mono<Boolean> writing = Mono.empty();

  /**
   * @param rules asked before each writing
   */
  public Activity(
      ActivityRepository repository,
      Transactions transactions,
      EventRecorder events,
      Mono<PullRules> rules,
      Clock clock) {
    this.repository = repository;
    this.transactions = transactions;
    this.events = events;
    this.rules = rules;
    this.clock = clock;
  }

  /** A manifest was pulled. */
  public void pulled(
      Caller caller, long projectId, RepositoryName name, Reference reference, Digest digest) {
    Noted now = noted;
    Optional<Tag> tag =
        reference instanceof Reference.ByTag(Tag named) ? Optional.of(named) : Optional.empty();
    Pulled pulled = new Pulled(name, digest, tag);
    if (now.pulls.size() < MAX_ENTRIES || now.pulls.containsKey(pulled)) {
      now.pulls.computeIfAbsent(pulled, _ -> new LongAdder()).increment();
      String resource = name + (tag.isPresent() ? ":" + tag.get() : "@" + digest);
      now.audited.putIfAbsent(
          new Audited(caller.principal().name(), caller.address(), resource), projectId);
    }
  }

  /** A repository was pushed to. */
  public void pushed(RepositoryName name) {
    noted.pushes.put(name, true);
  }

  /** Writes down what was noted since the last time, after whatever is being written. */
  public Mono<Void> flush() {
    return Mono.defer(() -> writing)
        .onErrorComplete()
        .then(
            Mono.defer(() -> noted.isEmpty() ? Mono.<Boolean>empty() : rules.flatMap(this::write)))
        .then();
  }

  /** Goes on even if nobody waits for it any more: who broke it off could not tell what it did. */
  private Mono<Boolean> write(PullRules known) {
    Noted last = noted;
    noted = new Noted();
    writing =
        transactions
            .inTx(tx -> write(tx, last, known).thenReturn(true))
            .doOnError(_ -> noted.add(last))
            .cache();
    return writing;
  }

  private Mono<Void> write(Tx tx, Noted last, PullRules known) {
    Collection<Pulls> pulls =
        last.pulls.entrySet().stream()
            .map(entry ->
                new Pulls(
                    entry.getKey().repository(),
                    entry.getKey().digest(),
                    entry.getKey().tag(),
                    entry.getValue().sum()))
            .toList();
    return repository
        .pushed(tx, last.pushes.keySet(), clock.instant())
        .then(Mono.defer(() -> repository.pulled(tx, pulls, known, clock.instant())))
        .thenMany(Flux.fromIterable(last.audited.entrySet()))
        .concatMap(entry -> events.record(tx, entry.getKey().event(entry.getValue())))
        .then();
  }

  /** What was noted between two flushes; whoever still adds to the last one is lost with it. */
  private static final class Noted {
    private final ConcurrentMap<Pulled, LongAdder> pulls = new ConcurrentHashMap<>();
    private final ConcurrentMap<RepositoryName, Boolean> pushes = new ConcurrentHashMap<>();
    private final ConcurrentMap<Audited, Long> audited = new ConcurrentHashMap<>();

    /** What could not be written down, for the next time. */
    void add(Noted other) {
      other.pulls.forEach(
          (pulled, count) -> pulls.computeIfAbsent(pulled, _ -> new LongAdder()).add(count.sum()));
      pushes.putAll(other.pushes);
      other.audited.forEach(audited::putIfAbsent);
    }

    boolean isEmpty() {
      return pulls.isEmpty() && pushes.isEmpty();
    }
  }

  private record Pulled(RepositoryName repository, Digest digest, Optional<Tag> tag) {}

  private record Audited(String username, String address, String resource) {
    Event event(long projectId) {
      return new Event(
          EventType.PULL_ARTIFACT,
          username,
          address,
          Optional.of(projectId),
          resource,
          "pull artifact: " + resource,
          true);
    }
  }
}
