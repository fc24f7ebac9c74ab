package dev.breakwater.core.repository;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.blob.LinkCache;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.manifest.ManifestRemovals.Located;
import dev.breakwater.core.manifest.RemoveManifests;
import dev.breakwater.core.manifest.RemoveManifests.Actor;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Transactions;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Lists, shows, describes and deletes repositories. */
public final class RepositoryService {
  private static final Permission LIST = Permission.of(Resource.REPOSITORY, Verb.LIST);
  private static final Permission READ = Permission.of(Resource.REPOSITORY, Verb.READ);
  private static final Permission UPDATE = Permission.of(Resource.REPOSITORY, Verb.UPDATE);
  private static final Permission DELETE = Permission.of(Resource.REPOSITORY, Verb.DELETE);
  private static final int BATCH = 200;

  private final Authorizer authorizer;
  private final RepositoryCatalog repositories;
  private final RemoveManifests remove;
  private final LinkCache links;
  private final Transactions transactions;
  private final EventRecorder events;

  public RepositoryService(
      Authorizer authorizer,
      RepositoryCatalog repositories,
      RemoveManifests remove,
      LinkCache links,
      Transactions transactions,
      EventRecorder events) {
    this.authorizer = authorizer;
    this.repositories = repositories;
    this.remove = remove;
    this.links = links;
    this.transactions = transactions;
    this.events = events;
  }

  /** One page of wherever the caller may look. */
  public Mono<Slice<RepositorySummary>> everywhere(Caller caller, ListRequest request) {
    return Mono.defer(() -> repositories.list(scope(caller), request));
  }

  private RepositoryScope scope(Caller caller) {
    return switch (caller.principal()) {
      case Principal.Anonymous _ -> new RepositoryScope.PublicAnd(Set.of());
      case Principal.User user ->
          user.systemAdministrator()
              ? new RepositoryScope.Everything()
              : new RepositoryScope.PublicAndOf(user.id());
      case Principal.Robot robot ->
          robot.access().everyProject().contains(LIST)
              ? new RepositoryScope.Everything()
              : new RepositoryScope.PublicAnd(
                  robot.access().projects().entrySet().stream()
                      .filter(entry -> entry.getValue().contains(LIST))
                      .map(Map.Entry::getKey)
                      .collect(Collectors.toSet()));
    };
  }

  /** One page of a project. */
  public Mono<Slice<RepositorySummary>> ofProject(
      Caller caller, Project project, ListRequest request) {
    return authorizer
        .require(caller, project, LIST)
        .then(
            Mono.defer(
                () -> repositories.list(new RepositoryScope.OfProject(project.id()), request)));
  }

  /**
   * @throws RegistryException (as error signal) NOT_FOUND
   */
  public Mono<RepositorySummary> get(Caller caller, Project project, RepositoryName name) {
    return authorizer
        .require(caller, project, READ)
        .then(Mono.defer(() -> repositories.find(name)))
        .switchIfEmpty(Mono.error(() -> notFound(name)));
  }

  /**
   * Sets what people read of it.
   *
   * @throws RegistryException (as error signal) NOT_FOUND
   */
  public Mono<Void> describe(
      Caller caller, Project project, RepositoryName name, String description) {
    return authorizer
        .require(caller, project, UPDATE)
        .then(transactions.inTx(tx -> repositories.describe(tx, name, description)))
        .filter(described -> described)
        .switchIfEmpty(Mono.error(() -> notFound(name)))
        .then();
  }

  /**
   * Deletes a repository with all its artifacts, batch by batch. It can be brought back as long as
   * they can; what went before an interruption comes back together with what went after it.
   *
   * @throws RegistryException (as error signal) NOT_FOUND; PRECONDITION_FAILED if a tag is
   *     immutable
   */
  public Mono<Void> delete(Caller caller, Project project, RepositoryName name) {
    return authorizer
        .require(caller, project, DELETE)
        .then(Mono.defer(() -> repositories.find(name)))
        .map(found -> new Located(0, found.id(), project.id()))
        .delayUntil(home -> remove.requireMutable(name, home))
        .flatMap(home ->
            transactions
                .inTx(tx -> repositories.beginDeletion(tx, home.repositoryId(), UUID.randomUUID()))
                .flatMap(deletion -> delete(caller, home, name, deletion).thenReturn(true)))
        .switchIfEmpty(Mono.error(() -> notFound(name)))
        .then();
  }

  /**
   * @param deletion by what all of it goes
   */
  private Mono<Void> delete(Caller caller, Located home, RepositoryName name, UUID deletion) {
    return empty(Actor.of(caller), home, name, deletion)
        .then(
            transactions.inTx(tx ->
                repositories
                    .delete(tx, home.repositoryId(), caller.principal().name(), deletion)
                    .filter(gone -> gone)
                    .switchIfEmpty(Mono.error(() -> pushedMeanwhile(name)))
                    .delayUntil(_ ->
                        events.record(
                            tx,
                            Event.of(
                                    EventType.DELETE_REPOSITORY,
                                    caller,
                                    name.value(),
                                    "delete repository: " + name)
                                .in(home.projectId())))))
        .doOnTerminate(() -> links.forget(name))
        .then(remove.spread(name));
  }

  private Mono<Void> empty(Actor actor, Located home, RepositoryName name, UUID deletion) {
    return Mono.defer(() -> repositories.manifests(home.repositoryId(), BATCH))
        .flatMap(ids ->
            ids.isEmpty()
                ? Mono.just(0)
                : remove.removeWhole(actor, name, home, ids, deletion).thenReturn(ids.size()))
        .repeat()
        .takeUntil(count -> count == 0)
        .then();
  }

  private static RegistryException notFound(RepositoryName name) {
    return new RegistryException(ErrorCode.NOT_FOUND, "repository " + name + " not found");
  }

  private static RegistryException pushedMeanwhile(RepositoryName name) {
    return new RegistryException(
        ErrorCode.CONFLICT, "somebody pushed to " + name + " meanwhile; delete it again");
  }
}
