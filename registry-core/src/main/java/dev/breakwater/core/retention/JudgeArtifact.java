package dev.breakwater.core.retention;

import dev.breakwater.core.oci.RepositoryName;
import java.time.InstantSource;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tells which rules of a project's policy would keep one artifact now. */
public final class JudgeArtifact {
  private static final int PAGE = 500;

  /** Whoever asks shall not make us read all of a repository. */
  private static final int MAX_PAGES = 20;

  private final RetentionPolicyRepository policies;
  private final CandidateRepository candidates;
  private final InstantSource clock;

  public JudgeArtifact(
      RetentionPolicyRepository policies, CandidateRepository candidates, InstantSource clock) {
    this.policies = policies;
    this.candidates = candidates;
    this.clock = clock;
  }

  /** What each rule that speaks of the repository says of the artifact; none without a policy. */
  public Mono<List<Opinion>> judge(
      long projectId, RepositoryName repository, long repositoryId, Candidate candidate) {
    return policies
        .findByProject(projectId)
        .flatMapIterable(policy -> policy.rulesFor(repository.inProject()))
        .concatMap(rule ->
            standing(repositoryId, rule, candidate)
                .map(standing -> new Opinion(rule.id(), rule.words(), standing)))
        .collectList();
  }

  private Mono<Standing> standing(long repositoryId, RetentionRule rule, Candidate candidate) {
    if (!rule.tags().selects(candidate.tags())) {
      return Mono.just(Standing.LEFT);
    }
    if (rule.template().unit() == Template.Unit.COUNT && rule.parameter() > 0) {
      return later(repositoryId, rule, candidate);
    }
    return new Cutoffs(candidates, clock.instant())
        .find(repositoryId, List.of(rule))
        .map(cutoffs ->
            Cutoffs.keeps(rule, cutoffs.getFirst(), candidate) ? Standing.KEPT : Standing.LEFT);
  }

  /** Counts those before it, page by page. */
  private Mono<Standing> later(long repositoryId, RetentionRule rule, Candidate candidate) {
    Ordering ordering = rule.template().ordering();
    Place own = Place.of(candidate, ordering);
    return Mono.just(new Count(Place.END, 0, 0, false))
        .expand(count ->
            count.done() || count.pages() == MAX_PAGES
                ? Flux.empty()
                : candidates
                    .page(repositoryId, ordering, count.place(), PAGE)
                    .map(page -> count.over(page, rule, own)))
        .last()
        .map(count ->
            count.chosen() >= rule.parameter()
                ? Standing.LEFT
                : count.done() ? Standing.KEPT : Standing.UNDECIDED);
  }

  /** What a rule says of an artifact. */
  public enum Standing {
    KEPT,
    LEFT,
    /** There are too many artifacts before it to find out at once; a dry run does. */
    UNDECIDED
  }

  /**
   * @param words the rule in a few words
   */
  public record Opinion(int ruleId, String words, Standing standing) {}

  private record Count(Place place, int chosen, int pages, boolean done) {
    Count over(List<Candidate> page, RetentionRule rule, Place own) {
      int count = chosen;
      for (Candidate other : page) {
        if (Place.of(other, rule.template().ordering()).compareTo(own) <= 0) {
          return new Count(place, count, pages + 1, true);
        }
        if (rule.tags().selects(other.tags()) && ++count >= rule.parameter()) {
          return new Count(place, count, pages + 1, true);
        }
      }
      return page.size() < PAGE
          ? new Count(place, count, pages + 1, true)
          : new Count(
              Place.of(page.getLast(), rule.template().ordering()), count, pages + 1, false);
    }
  }
}
