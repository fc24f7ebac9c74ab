package dev.breakwater.core.label;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** Gives labels to artifacts, and takes them away. */
public final class LabelArtifacts {
  private static final Permission CREATE = Permission.of(Resource.ARTIFACT_LABEL, Verb.CREATE);
  private static final Permission DELETE = Permission.of(Resource.ARTIFACT_LABEL, Verb.DELETE);

  private final LabelRepository labels;
  private final Authorizer authorizer;
  private final Transactions transactions;
  private final EventRecorder events;
  private final Consumer<RepositoryName> changed;

  /**
   * @param changed is told in which repository an artifact got or lost a label
   */
  public LabelArtifacts(
      LabelRepository labels,
      Authorizer authorizer,
      Transactions transactions,
      EventRecorder events,
      Consumer<RepositoryName> changed) {
    this.labels = labels;
    this.authorizer = authorizer;
    this.transactions = transactions;
    this.events = events;
    this.changed = changed;
  }

  /**
   * Gives a label of the system or of the project to an artifact.
   *
   * @throws RegistryException (as error signal) NOT_FOUND if there is no such artifact, or no such
   *     label that it could have; CONFLICT if it has it already
   */
  public Mono<Void> add(
      Caller caller, Project project, RepositoryName repository, Reference reference, long id) {
    return authorizer
        .require(caller, project, CREATE)
        .then(Mono.defer(() -> possible(project, id)))
        .flatMap(label ->
            transactions.inTx(tx ->
                artifact(tx, repository, reference)
                    .flatMap(artifact -> labels.addTo(tx, artifact, id))
                    .filter(added -> added)
                    .switchIfEmpty(Mono.error(() -> hasItAlready(repository, reference, id)))
                    .then(
                        Mono.defer(() ->
                            events.record(
                                tx,
                                event(
                                    EventType.CREATE_ARTIFACT_LABEL,
                                    caller,
                                    project,
                                    repository,
                                    reference,
                                    "add label: " + label.text().name()))))))
        .doOnSuccess(_ -> changed.accept(repository));
  }

  private Mono<Label> possible(Project project, long id) {
    return labels
        .find(id)
        .filter(label -> label.projectId().orElse(project.id()) == project.id())
        .switchIfEmpty(Mono.error(() -> LabelService.notFound(id)));
  }

  /**
   * Takes a label from an artifact.
   *
   * @throws RegistryException (as error signal) NOT_FOUND if there is no such artifact, or it does
   *     not have this label
   */
  public Mono<Void> remove(
      Caller caller, Project project, RepositoryName repository, Reference reference, long id) {
    return authorizer
        .require(caller, project, DELETE)
        .then(
            transactions.inTx(tx ->
                artifact(tx, repository, reference)
                    .flatMap(artifact -> labels.removeFrom(tx, artifact, id))
                    .filter(removed -> removed)
                    .switchIfEmpty(Mono.error(() -> hasItNot(repository, reference, id)))
                    .then(
                        Mono.defer(() ->
                            events.record(
                                tx,
                                event(
                                    EventType.DELETE_ARTIFACT_LABEL,
                                    caller,
                                    project,
                                    repository,
                                    reference,
                                    "remove label " + id))))))
        .doOnSuccess(_ -> changed.accept(repository));
  }

  private Mono<Long> artifact(Tx tx, RepositoryName repository, Reference reference) {
    return labels
        .findArtifact(tx, repository, reference)
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.NOT_FOUND,
                    "artifact " + words(repository, reference) + " not found")));
  }

  private static RegistryException hasItAlready(
      RepositoryName repository, Reference reference, long id) {
    return new RegistryException(
        ErrorCode.CONFLICT,
        "label " + id + " is already added to the artifact " + words(repository, reference));
  }

  private static RegistryException hasItNot(
      RepositoryName repository, Reference reference, long id) {
    return new RegistryException(
        ErrorCode.NOT_FOUND,
        "the artifact " + words(repository, reference) + " does not have the label " + id);
  }

  private static String words(RepositoryName repository, Reference reference) {
    return repository + (reference instanceof Reference.ByDigest ? "@" : ":") + reference;
  }

  private static Event event(
      EventType type,
      Caller caller,
      Project project,
      RepositoryName repository,
      Reference reference,
      String description) {
    return Event.of(type, caller, words(repository, reference), description).in(project.id());
  }
}
