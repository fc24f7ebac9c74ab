package dev.breakwater.core.retention;

import dev.breakwater.core.retention.Template.Unit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * From which place on each rule of a policy keeps what its tags choose. It is found once: then an
 * artifact can be judged without looking at any other one, in whatever order, by another replica,
 * too. What is pushed or pulled meanwhile only moves behind the place, and is kept.
 */
final class Cutoffs {
  private static final int PAGE = 500;
  private static final Place NOWHERE = Place.END;

  private final CandidateRepository candidates;
  private final Instant now;

  /**
   * @param now from which days are counted back
   */
  Cutoffs(CandidateRepository candidates, Instant now) {
    this.candidates = candidates;
    this.now = now;
  }

  /** The places in the order of the rules. */
  Mono<List<Place>> find(long repositoryId, List<RetentionRule> rules) {
    return Flux.fromIterable(rules)
        .concatMap(rule -> find(repositoryId, rule))
        .collectList()
        .map(List::copyOf);
  }

  private Mono<Place> find(long repositoryId, RetentionRule rule) {
    return switch (rule.template()) {
      case ALWAYS -> Mono.just(Place.BEGIN);
      case NOTHING -> Mono.just(NOWHERE);
      case N_DAYS_SINCE_LAST_PUSH, N_DAYS_SINCE_LAST_PULL, LAST_X_DAYS ->
          Mono.just(new Place(since(rule.parameter()), 0));
      case LATEST_PUSHED_K, LATEST_PULLED_N, LATEST_ACTIVE_K ->
          rule.parameter() == 0
              ? Mono.just(NOWHERE)
              : count(repositoryId, rule, new Search(NOWHERE, 0, false));
    };
  }

  /** Later than the time of what was never pulled. */
  private Instant since(int days) {
    Instant since = now.minus(Duration.ofDays(days));
    return since.isAfter(Instant.EPOCH) ? since : Instant.EPOCH.plusSeconds(1);
  }

  /** Goes back page by page until enough were chosen. */
  private Mono<Place> count(long repositoryId, RetentionRule rule, Search begin) {
    return Mono.just(begin)
        .expand(search ->
            search.done()
                ? Mono.empty()
                : candidates
                    .page(repositoryId, rule.template().ordering(), search.place(), PAGE)
                    .map(page -> search.over(page, rule)))
        .last()
        .map(Search::place);
  }

  /** Whether the rule keeps the artifact. */
  static boolean keeps(RetentionRule rule, Place cutoff, Candidate candidate) {
    return rule.tags().selects(candidate.tags())
        && Place.of(candidate, rule.template().ordering()).compareTo(cutoff) >= 0
        && (rule.template().unit() != Unit.COUNT || rule.parameter() > 0);
  }

  /** How far the search for the place of a rule is. */
  private record Search(Place place, int chosen, boolean done) {
    Search over(List<Candidate> page, RetentionRule rule) {
      int count = chosen;
      for (Candidate candidate : page) {
        if (rule.tags().selects(candidate.tags()) && ++count == rule.parameter()) {
          return new Search(Place.of(candidate, rule.template().ordering()), count, true);
        }
      }
      return page.size() < PAGE
          ? new Search(Place.BEGIN, count, true)
          : new Search(Place.of(page.getLast(), rule.template().ordering()), count, false);
    }
  }

  /** The first rule that keeps an artifact; empty: none does. */
  static Optional<RetentionRule> keeper(
      List<RetentionRule> rules, List<Place> cutoffs, Candidate candidate) {
    for (int i = 0; i < rules.size(); i++) {
      if (keeps(rules.get(i), cutoffs.get(i), candidate)) {
        return Optional.of(rules.get(i));
      }
    }
    return Optional.empty();
  }
}
