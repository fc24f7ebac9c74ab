package dev.breakwater.core.explain;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.artifact.Artifact;
import dev.breakwater.core.artifact.ArtifactTag;
import dev.breakwater.core.artifact.ReadArtifacts;
import dev.breakwater.core.artifact.ReadArtifacts.Wanted;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.explain.Reason.Kind;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.retention.Candidate;
import dev.breakwater.core.retention.JudgeArtifact;
import dev.breakwater.core.retention.JudgeArtifact.Opinion;
import dev.breakwater.core.retention.JudgeArtifact.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Tells why an artifact is there still, or that it can be brought back. */
public final class ExplainArtifact {
  private static final Permission READ = Permission.of(Resource.ARTIFACT, Verb.READ);
  private static final Wanted TAGS = new Wanted(true, true, false, false, false);

  private final Authorizer authorizer;
  private final ReadArtifacts artifacts;
  private final ReasonRepository rows;
  private final JudgeArtifact retention;

  public ExplainArtifact(
      Authorizer authorizer,
      ReadArtifacts artifacts,
      ReasonRepository rows,
      JudgeArtifact retention) {
    this.authorizer = authorizer;
    this.artifacts = artifacts;
    this.rows = rows;
    this.retention = retention;
  }

  /**
   * @throws RegistryException (as error signal) NOT_FOUND if there is none and none can be brought
   *     back
   */
  public Mono<Explanation> explain(
      Caller caller, Project project, RepositoryName repository, Reference reference) {
    return authorizer
        .require(caller, project, READ)
        .then(
            Mono.defer(() -> artifacts.get(caller, project, repository, reference, TAGS))
                .flatMap(artifact -> present(project, repository, artifact))
                .onErrorResume(
                    RegistryException.class, error -> deleted(repository, reference, error)));
  }

  private Mono<Explanation> present(Project project, RepositoryName repository, Artifact artifact) {
    return Mono.zip(
            rows.indexesOf(artifact.id()),
            rows.subjectOf(artifact.id()).map(Optional::of).defaultIfEmpty(Optional.empty()),
            retention.judge(project.id(), repository, artifact.repositoryId(), candidate(artifact)))
        .map(found -> explanation(artifact, found.getT1(), found.getT2(), found.getT3()));
  }

  private static Candidate candidate(Artifact artifact) {
    return new Candidate(
        artifact.id(),
        artifact.digest(),
        artifact.pushedAt(),
        artifact.pulledAt(),
        artifact.details().tags().stream().map(ArtifactTag::name).toList());
  }

  private static Explanation explanation(
      Artifact artifact, List<Digest> indexes, Optional<Digest> subject, List<Opinion> opinions) {
    List<Reason> reasons = new ArrayList<>();
    artifact.details().tags().forEach(tag -> reasons.add(reason(tag)));
    indexes.forEach(
        index -> reasons.add(Reason.of(Kind.INDEX, index.toString(), "the index names it")));
    subject.ifPresent(digest ->
        reasons.add(
            Reason.of(
                Kind.SUBJECT, digest.toString(), "it belongs to this artifact and goes with it")));
    opinions.stream()
        .filter(opinion -> opinion.standing() == Standing.KEPT)
        .forEach(opinion ->
            reasons.add(
                Reason.of(
                    Kind.RETENTION_RULE, Integer.toString(opinion.ruleId()), opinion.words())));
    return new Explanation(
        artifact.digest(),
        true,
        artifact.expiresAt(),
        reasons,
        opinions.stream()
            .filter(opinion -> opinion.standing() == Standing.UNDECIDED)
            .map(Opinion::ruleId)
            .toList());
  }

  private static Reason reason(ArtifactTag tag) {
    return tag.immutable()
        ? Reason.of(Kind.IMMUTABLE_TAG, tag.name(), "the tag neither moves nor goes")
        : Reason.of(Kind.TAG, tag.name(), "the tag points to it");
  }

  private Mono<Explanation> deleted(
      RepositoryName repository, Reference reference, RegistryException error) {
    return error.code() == ErrorCode.NOT_FOUND
            && reference instanceof Reference.ByDigest(Digest digest)
        ? rows.restorableUntil(repository, digest)
            .map(end ->
                new Explanation(
                    digest.toString(),
                    false,
                    Optional.empty(),
                    List.of(
                        Reason.until(Kind.UNDO, "", "it was deleted and can be brought back", end)),
                    List.of()))
            .switchIfEmpty(Mono.error(error))
        : Mono.error(error);
  }
}
