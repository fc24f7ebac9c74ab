package dev.breakwater.core.artifact;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.label.Label;
import dev.breakwater.core.label.LabelRepository;
import dev.breakwater.core.manifest.TagRuleSource;
import dev.breakwater.core.manifest.TagRules;
import dev.breakwater.core.oci.MediaTypes;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.repository.RepositoryCatalog;
import dev.breakwater.core.transaction.Transactions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Lists and shows artifacts, their tags and their accessories. */
public final class ReadArtifacts {
  private static final Permission LIST = Permission.of(Resource.ARTIFACT, Verb.LIST);
  private static final Permission READ = Permission.of(Resource.ARTIFACT, Verb.READ);
  private static final Permission LIST_TAGS = Permission.of(Resource.TAG, Verb.LIST);
  private static final Permission LIST_ACCESSORIES = Permission.of(Resource.ACCESSORY, Verb.LIST);

  private final Authorizer authorizer;
  private final ArtifactRepository artifacts;
  private final RepositoryCatalog repositories;
  private final ArtifactCounts counts;
  private final LabelRepository labels;
  private final TagRuleSource rules;
  private final Transactions transactions;

  public ReadArtifacts(
      Authorizer authorizer,
      ArtifactRepository artifacts,
      RepositoryCatalog repositories,
      ArtifactCounts counts,
      LabelRepository labels,
      TagRuleSource rules,
      Transactions transactions) {
    this.authorizer = authorizer;
    this.artifacts = artifacts;
    this.repositories = repositories;
    this.counts = counts;
    this.labels = labels;
    this.rules = rules;
    this.transactions = transactions;
  }

  /** One page of a repository; a repository that does not exist has none. */
  public Mono<Slice<Artifact>> ofRepository(
      Caller caller, Project project, RepositoryName name, Wanted wanted, ListRequest request) {
    return authorizer
        .require(caller, project, LIST)
        .then(Mono.defer(() -> repositories.idOf(name)))
        .map(id -> new ArtifactScope.OfRepository(id, project.id()))
        .flatMap(scope -> list(scope, project, wanted, request))
        .defaultIfEmpty(Slice.empty());
  }

  /**
   * One page of a project.
   *
   * @param latestOnly only the one of each repository that was pushed last
   */
  public Mono<Slice<Artifact>> ofProject(
      Caller caller, Project project, boolean latestOnly, Wanted wanted, ListRequest request) {
    return authorizer
        .require(caller, project, LIST)
        .then(
            Mono.defer(() ->
                list(
                    new ArtifactScope.OfProject(project.id(), latestOnly),
                    project,
                    wanted,
                    request)));
  }

  private Mono<Slice<Artifact>> list(
      ArtifactScope scope, Project project, Wanted wanted, ListRequest request) {
    return counts
        .of(
            project.name().value(),
            scope,
            request.conditions(),
            () -> artifacts.count(scope, request.conditions()))
        .flatMap(total ->
            total <= request.offset()
                ? Mono.just(new Slice<Artifact>(List.of(), total))
                : artifacts
                    .list(scope, request, total)
                    .flatMap(page -> detailed(project, page, wanted))
                    .map(page -> new Slice<>(page, total)));
  }

  /**
   * @throws RegistryException (as error signal) NOT_FOUND
   */
  public Mono<Artifact> get(
      Caller caller, Project project, RepositoryName name, Reference reference, Wanted wanted) {
    return authorizer
        .require(caller, project, READ)
        .then(Mono.defer(() -> find(name, reference)))
        .flatMap(found -> detailed(project, List.of(found), wanted))
        .map(List::getFirst);
  }

  /** One page of the tags of an artifact. */
  public Mono<Slice<ArtifactTag>> tags(
      Caller caller,
      Project project,
      RepositoryName name,
      Reference reference,
      boolean withImmutable,
      ListRequest request) {
    return authorizer
        .require(caller, project, LIST_TAGS)
        .then(Mono.defer(() -> find(name, reference)))
        .flatMap(found -> artifacts.tagsOf(found.id(), request))
        .flatMap(page ->
            withImmutable
                ? rules(project).map(known -> page.map(tag -> marked(known, name.value(), tag)))
                : Mono.just(page));
  }

  /** One page of the accessories of an artifact. */
  public Mono<Slice<ArtifactAccessory>> accessories(
      Caller caller,
      Project project,
      RepositoryName name,
      Reference reference,
      ListRequest request) {
    return authorizer
        .require(caller, project, LIST_ACCESSORIES)
        .then(Mono.defer(() -> find(name, reference)))
        .flatMap(found -> artifacts.accessoriesOf(found.id(), request));
  }

  private Mono<Artifact> find(RepositoryName name, Reference reference) {
    return artifacts
        .find(name, reference)
        .switchIfEmpty(Mono.error(() -> notFound(name, reference)));
  }

  /** What an artifact that is not there is answered with. */
  public static RegistryException notFound(RepositoryName name, Reference reference) {
    char separator = reference instanceof Reference.ByDigest ? '@' : ':';
    return new RegistryException(
        ErrorCode.NOT_FOUND, "artifact " + name + separator + reference + " not found");
  }

  private Mono<List<Artifact>> detailed(Project project, List<Artifact> page, Wanted wanted) {
    if (page.isEmpty()) {
      return Mono.just(page);
    }
    Set<Long> ids = page.stream().map(Artifact::id).collect(Collectors.toSet());
    Set<Long> indexes =
        page.stream()
            .filter(artifact -> MediaTypes.isIndex(artifact.mediaType()))
            .map(Artifact::id)
            .collect(Collectors.toSet());
    Mono<Map<Long, List<ArtifactTag>>> tags =
        wanted.tags() ? artifacts.tags(ids) : Mono.just(Map.of());
    Mono<Map<Long, List<ArtifactAccessory>>> accessories =
        wanted.accessories() ? artifacts.accessories(ids) : Mono.just(Map.of());
    Mono<Map<Long, List<ChildReference>>> references =
        indexes.isEmpty() ? Mono.just(Map.of()) : artifacts.references(indexes);
    Mono<Map<Long, List<Label>>> labelled =
        wanted.labels() ? labels.labelsOf(ids) : Mono.just(Map.of());
    Mono<Map<Long, List<ArtifactAccessory>>> inherited =
        wanted.inherited() ? artifacts.inheritedSignatures(ids) : Mono.just(Map.of());
    Mono<TagRules> known =
        wanted.tags() && wanted.immutable() ? rules(project) : Mono.just((_, _) -> false);
    return Mono.zip(tags, accessories, references, known, labelled, inherited)
        .map(found ->
            page.stream()
                .map(artifact ->
                    artifact.with(
                        new Artifact.Details(
                            found.getT1().getOrDefault(artifact.id(), List.of()).stream()
                                .map(tag -> marked(found.getT4(), artifact.repositoryName(), tag))
                                .toList(),
                            found.getT2().getOrDefault(artifact.id(), List.of()),
                            found.getT6().getOrDefault(artifact.id(), List.of()),
                            found.getT3().getOrDefault(artifact.id(), List.of()),
                            found.getT5().getOrDefault(artifact.id(), List.of()))))
                .toList());
  }

  private Mono<TagRules> rules(Project project) {
    return transactions.inTx(tx -> rules.rulesOf(tx, project.id()));
  }

  private static ArtifactTag marked(TagRules rules, String repository, ArtifactTag tag) {
    return tag.immutable(rules.protects(RepositoryName.parse(repository), Tag.parse(tag.name())));
  }

  /**
   * What is wanted beside artifacts.
   *
   * @param immutable whether each tag says if a rule protects it
   * @param inherited whether the signatures of the indexes that name it are shown
   */
  public record Wanted(
      boolean tags, boolean immutable, boolean accessories, boolean inherited, boolean labels) {}
}
