package dev.breakwater.core.retention;

import dev.breakwater.core.job.TaskStart;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.retention.CandidateRepository.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Makes the tasks of a run: one for each repository of which a rule says something. */
public final class RetentionTasks {
  private static final int PAGE = 1000;
  private static final String REPOSITORY_ID = "repository_id";
  private static final String DRY_RUN = "dry_run";

  private final CandidateRepository candidates;

  public RetentionTasks(CandidateRepository candidates) {
    this.candidates = candidates;
  }

  /** The tasks of a policy. */
  public Mono<List<TaskStart>> of(RetentionPolicy policy, boolean dryRun) {
    return candidates
        .repositories(policy.projectId(), 0, PAGE)
        .expand(page ->
            page.size() < PAGE
                ? Mono.empty()
                : candidates.repositories(policy.projectId(), page.getLast().repositoryId(), PAGE))
        .flatMapIterable(page -> page)
        .filter(repository -> !policy.rulesFor(repository.name().inProject()).isEmpty())
        .map(repository -> task(repository, dryRun))
        .collectList();
  }

  private static TaskStart task(Target repository, boolean dryRun) {
    return new TaskStart(
        Map.of(REPOSITORY_ID, repository.repositoryId(), DRY_RUN, dryRun),
        Map.of("repository", repository.name().inProject()));
  }

  /** What a run is started with, and a task that begins the others. */
  public static Map<String, Object> parameters(boolean dryRun) {
    return Map.of(DRY_RUN, dryRun);
  }

  static Optional<Long> repositoryOf(JsonValue parameters) {
    JsonValue id = parameters.get(REPOSITORY_ID);
    return id.isAbsent() ? Optional.empty() : Optional.of(id.wholeNumber().orElseThrow());
  }

  /** Whether nothing is deleted. */
  public static boolean isDryRun(JsonValue parameters) {
    return parameters.get(DRY_RUN).bool().orElse(false);
  }
}
