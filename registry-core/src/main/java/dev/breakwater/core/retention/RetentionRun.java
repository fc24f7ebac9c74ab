package dev.breakwater.core.retention;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.immutability.ImmutabilityRules;
import dev.breakwater.core.job.JobContext;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.retention.CandidateRepository.Target;
import dev.breakwater.core.retention.Verdict.Outcome;
import dev.breakwater.core.transaction.Transactions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The work on one repository. What was decided of each artifact is a row, written together with
 * what was done, and so is the log: a line for each of the first {@link #LOGGED} artifacts, and for
 * each page after them.
 *
 * <p>The two halves of a page go at the same time, each by a transaction of its own, and the
 * checkpoint follows. A run that goes on where another one ended counts the rows of that: what it
 * deleted behind its last checkpoint is on no page any more.
 */
final class RetentionRun {
  private static final int PAGE = 500;

  /** A log has a megabyte. */
  static final int LOGGED = 2000;

  private final CandidateRepository candidates;
  private final VerdictRepository verdicts;
  private final ArtifactRemoval removal;
  private final Transactions transactions;
  private final JobContext job;
  private final Target repository;
  private final ImmutabilityRules immutable;
  private final boolean dryRun;

  /**
   * @param immutable which tags neither move nor go
   */
  RetentionRun(
      CandidateRepository candidates,
      VerdictRepository verdicts,
      ArtifactRemoval removal,
      Transactions transactions,
      JobContext job,
      Target repository,
      ImmutabilityRules immutable) {
    this.candidates = candidates;
    this.verdicts = verdicts;
    this.removal = removal;
    this.transactions = transactions;
    this.job = job;
    this.repository = repository;
    this.immutable = immutable;
    this.dryRun = RetentionTasks.isDryRun(job.parameters());
  }

  Mono<JobResult> run(RetentionPolicy policy, Instant now) {
    return begin(policy, now)
        .flatMap(this::read)
        .expand(step ->
            step.progress().done() || job.stopRequested()
                ? Mono.empty()
                : judge(step.progress(), step.page()))
        .last()
        .flatMap(step -> result(step.progress()));
  }

  private Mono<Progress> begin(RetentionPolicy policy, Instant now) {
    return Mono.justOrEmpty(job.checkpoint().map(Progress::parse))
        .flatMap(progress -> verdicts.tally(job.taskId()).map(progress::counting))
        .switchIfEmpty(
            Mono.defer(() -> beginAnew(policy.rulesFor(repository.name().inProject()), now)));
  }

  private Mono<Progress> beginAnew(List<RetentionRule> rules, Instant now) {
    job.log((dryRun ? "would apply" : "applying") + " to " + repository.name() + ":");
    rules.forEach(rule -> job.log("  " + rule.words()));
    return new Cutoffs(candidates, now)
        .find(repository.repositoryId(), rules)
        .map(cutoffs -> Progress.begin(rules, cutoffs))
        .delayUntil(progress -> job.checkpoint(progress.json()));
  }

  private Mono<Step> read(Progress progress) {
    return page(progress).map(page -> new Step(progress, page));
  }

  private Mono<List<Candidate>> page(Progress progress) {
    return progress.done()
        ? Mono.just(List.of())
        : candidates.page(repository.repositoryId(), Ordering.PUSHED, progress.next(), PAGE);
  }

  /** The next page is read meanwhile: nothing on it depends on what becomes of this one. */
  private Mono<Step> judge(Progress progress, List<Candidate> page) {
    List<Verdict> found = page.stream().map(candidate -> judge(progress, candidate)).toList();
    Set<Long> doomedIds =
        found.stream()
            .filter(verdict -> verdict.outcome() == Outcome.DEL)
            .map(Verdict::artifactId)
            .collect(Collectors.toCollection(HashSet::new));
    List<Candidate> doomed =
        page.stream().filter(candidate -> doomedIds.contains(candidate.id())).toList();
    Progress after =
        progress.after(page, page.size() < PAGE, (long) page.size() - doomed.size(), 0);
    boolean each = progress.total() < LOGGED;
    Mono<Progress> kept =
        dryRun || doomed.isEmpty()
            ? keep(found, after, each ? lines(found) : summary(found))
            : remove(doomed, found, after, each);
    return Mono.zip(kept, page(after), Step::new);
  }

  private Verdict judge(Progress progress, Candidate candidate) {
    Optional<RetentionRule> keeper =
        Cutoffs.keeper(progress.rules(), progress.cutoffs(), candidate);
    if (keeper.isPresent()) {
      return Verdict.of(candidate, Outcome.RETAIN, keeper.get().words());
    }
    return candidate.tags().stream()
        .filter(tag -> immutable.protects(repository.name(), Tag.parse(tag)))
        .findFirst()
        .map(tag -> Verdict.of(candidate, Outcome.IMMUTABLE, "the tag " + tag + " is immutable"))
        .orElseGet(() -> Verdict.of(candidate, Outcome.DEL, "no rule keeps it"));
  }

  private Mono<Progress> keep(List<Verdict> found, Progress progress, List<String> lines) {
    return transactions.inTx(tx ->
        verdicts
            .add(tx, job.taskId(), found)
            .then(Mono.defer(() -> job.checkpoint(tx, progress.json())))
            .then(Mono.defer(() -> job.log(tx, lines)))
            .thenReturn(progress));
  }

  /**
   * What was refused is tried again when the other half is gone, which may have named it.
   *
   * @param each whether the log has a line for each
   */
  private Mono<Progress> remove(
      List<Candidate> doomed, List<Verdict> found, Progress after, boolean each) {
    Map<Long, Verdict> decided =
        found.stream().collect(Collectors.toMap(Verdict::artifactId, Function.identity()));
    int half = (doomed.size() + 1) / 2;
    return Flux.just(doomed.subList(0, half), doomed.subList(half, doomed.size()))
        .flatMapSequential(some ->
            removeAtOnce(some, decided, each)
                .thenReturn(List.<Candidate>of())
                .onErrorResume(RetentionRun::isRefusal, _ -> Mono.just(some)))
        .collectList()
        .flatMapMany(Flux::fromIterable)
        .concatMap(refused -> removeSome(refused, decided, each))
        .reduce(Map.of(), RetentionRun::both)
        .flatMap(failed -> {
          doomed.forEach(candidate -> decided.remove(candidate.id()));
          decided.putAll(failed);
          List<Verdict> verdicts =
              found.stream()
                  .map(verdict -> failed.getOrDefault(verdict.artifactId(), verdict))
                  .toList();
          List<Verdict> others = List.copyOf(decided.values());
          return keep(
              others,
              after.after(List.of(), after.done(), 0, failed.size()),
              each ? lines(others) : summary(verdicts));
        });
  }

  /**
   * All of them, or none.
   *
   * @param decided what was decided of each
   */
  private Mono<Void> removeAtOnce(List<Candidate> some, Map<Long, Verdict> decided, boolean each) {
    if (some.isEmpty()) {
      return Mono.empty();
    }
    List<Verdict> theirs =
        some.stream().map(one -> Objects.requireNonNull(decided.get(one.id()))).toList();
    List<String> lines = each ? lines(theirs) : List.of();
    return removal
        .remove(
            repository,
            some,
            tx ->
                verdicts
                    .add(tx, job.taskId(), theirs)
                    .then(Mono.defer(() -> lines.isEmpty() ? Mono.empty() : job.log(tx, lines))))
        .then();
  }

  /**
   * All at once; if that is refused, in halves, so that one does not keep the others.
   *
   * @return what is to be known of those that could not be deleted
   */
  private Mono<Map<Long, Verdict>> removeSome(
      List<Candidate> some, Map<Long, Verdict> decided, boolean each) {
    return removeAtOnce(some, decided, each)
        .thenReturn(Map.<Long, Verdict>of())
        .onErrorResume(RetentionRun::isRefusal, error -> removeHalves(some, decided, each, error));
  }

  private Mono<Map<Long, Verdict>> removeHalves(
      List<Candidate> some, Map<Long, Verdict> decided, boolean each, Throwable error) {
    if (some.size() == 1) {
      return Mono.fromSupplier(() -> refused(some.getFirst(), error));
    }
    int half = some.size() / 2;
    return removeSome(some.subList(0, half), decided, each)
        .flatMap(first ->
            removeSome(some.subList(half, some.size()), decided, each)
                .map(second -> both(first, second)));
  }

  private static Map<Long, Verdict> both(Map<Long, Verdict> first, Map<Long, Verdict> second) {
    Map<Long, Verdict> all = new HashMap<>(first);
    all.putAll(second);
    return all;
  }

  private Map<Long, Verdict> refused(Candidate candidate, Throwable error) {
    return Map.of(
        candidate.id(), Verdict.of(candidate, Outcome.ERR, "it stays: " + error.getMessage()));
  }

  private List<String> lines(List<Verdict> found) {
    return found.stream().map(this::line).toList();
  }

  private List<String> summary(List<Verdict> found) {
    List<String> counts = new ArrayList<>();
    for (Outcome outcome : Outcome.values()) {
      long count = found.stream().filter(verdict -> verdict.outcome() == outcome).count();
      if (count > 0) {
        counts.add(count + " " + word(outcome));
      }
    }
    return found.isEmpty()
        ? List.of()
        : List.of(
            found.size() + " more: " + String.join(", ", counts) + "; see the task's verdicts");
  }

  private String word(Outcome outcome) {
    return dryRun && outcome == Outcome.DEL ? "WOULD DEL" : outcome.name();
  }

  private String line(Verdict verdict) {
    return word(verdict.outcome())
        + " "
        + verdict.digest()
        + " "
        + verdict.tags().stream().limit(10).toList()
        + ": "
        + verdict.reason();
  }

  private Mono<JobResult> result(Progress progress) {
    job.log(
        progress.retained()
            + " of "
            + progress.total()
            + " artifacts "
            + (dryRun ? "would stay" : "stay")
            + (progress.failed() == 0 ? "" : ", and " + progress.failed() + " more by need"));
    if (!progress.done()) {
      return Mono.just(JobResult.stopped(progress.result()));
    }
    return dryRun
        ? verdicts
            .freed(job.taskId(), repository.repositoryId())
            .map(bytes -> forecast(progress, bytes))
        : Mono.just(JobResult.done(progress.result()));
  }

  private JobResult forecast(Progress progress, long bytes) {
    job.log("at least " + bytes + " bytes would be freed");
    Map<String, Object> result = new HashMap<>(progress.result());
    result.put("bytes", bytes);
    return JobResult.done(result);
  }

  private static boolean isRefusal(Throwable error) {
    return error instanceof RegistryException refusal
        && (refusal.code() == ErrorCode.PRECONDITION_FAILED
            || refusal.code() == ErrorCode.REFERENCED);
  }

  /**
   * @param page the artifacts that come next
   */
  private record Step(Progress progress, List<Candidate> page) {}
}
