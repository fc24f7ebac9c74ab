package dev.breakwater.core.project;

import dev.breakwater.core.access.Role;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Projects of a test; all are owned by a user named {@code admin}. */
public final class InMemoryProjectRepository implements ProjectRepository {
  private final Map<Long, Project> rows = new LinkedHashMap<>();
  private final Map<Long, Map<MetadataItem, String>> metadata = new ConcurrentHashMap<>();
  private long lastId;

  @Override
  public Mono<Project> findByName(String name) {
    return Mono.defer(() -> Mono.justOrEmpty(first(row -> row.name().value().equals(name))));
  }

  @Override
  public Mono<Project> findById(long id) {
    return Mono.defer(() -> Mono.justOrEmpty(first(row -> row.id() == id)));
  }

  @Override
  public Mono<Project> create(Tx tx, NewProject project, Optional<Long> ownerId) {
    return create(project.name(), project.isPublic(), ownerId.orElse(1L))
        .doOnNext(row -> metadata.put(row.id(), Map.copyOf(project.metadata())));
  }

  /** The same without a transaction. */
  public Mono<Project> create(ProjectName name, boolean isPublic, long ownerId) {
    return Mono.fromSupplier(() -> insert(name, isPublic, ownerId));
  }

  @Override
  public Mono<Void> update(
      Tx tx, long id, Optional<Boolean> isPublic, Map<MetadataItem, String> values) {
    return Mono.fromRunnable(() -> change(id, isPublic, values));
  }

  @Override
  public Mono<Slice<Long>> listIds(
      Visibility visibility, Optional<String> owner, ListRequest request) {
    return Mono.fromSupplier(() -> {
      List<Long> all = matching(visibility, owner, request.conditions()).map(Project::id).toList();
      return new Slice<>(
          all.stream().skip(request.offset()).limit(request.limit()).toList(), all.size());
    });
  }

  @Override
  public Mono<Map<Long, Project>> findAll(Set<Long> ids) {
    return Flux.fromIterable(ids).flatMap(this::findById).collectMap(Project::id);
  }

  @Override
  public Mono<Map<Long, Map<MetadataItem, String>>> metadata(Set<Long> ids) {
    return Mono.fromSupplier(() -> Map.copyOf(metadata));
  }

  @Override
  public Mono<Boolean> unset(Tx tx, long id, MetadataItem item) {
    return Mono.fromSupplier(() -> remove(id, item));
  }

  @Override
  public Mono<Long> countFullRepositories(long id) {
    return findById(id).map(Project::repositoryCount);
  }

  @Override
  public Mono<Map<Role, Long>> countMembers(long id) {
    return Mono.just(Map.of());
  }

  @Override
  public Mono<Long> storageLimit(long id) {
    return Mono.just(NewProject.UNLIMITED);
  }

  @Override
  public Mono<Boolean> delete(Tx tx, long id) {
    return Mono.fromSupplier(() -> remove(id));
  }

  /** Gives the project some repositories. */
  public synchronized void fill(long id, long repositories) {
    rows.computeIfPresent(
        id,
        (_, row) ->
            new Project(
                row.id(),
                row.name(),
                row.isPublic(),
                row.ownerId(),
                row.ownerName(),
                repositories,
                row.createdAt(),
                row.updatedAt()));
  }

  private synchronized Optional<Project> first(Predicate<Project> predicate) {
    return rows.values().stream().filter(predicate).findFirst();
  }

  private synchronized Project insert(ProjectName name, boolean isPublic, long ownerId) {
    if (first(row -> row.name().equals(name)).isPresent()) {
      throw new RegistryException(ErrorCode.CONFLICT, "there is a project '" + name + "' already");
    }
    Instant now = Instant.parse("2026-01-02T03:04:05.678Z");
    Project row = new Project(++lastId, name, isPublic, ownerId, "admin", 0, now, now);
    rows.put(row.id(), row);
    return row;
  }

  private synchronized void change(
      long id, Optional<Boolean> isPublic, Map<MetadataItem, String> values) {
    Map<MetadataItem, String> all = new HashMap<>(metadata.getOrDefault(id, Map.of()));
    all.putAll(values);
    metadata.put(id, Map.copyOf(all));
    rows.computeIfPresent(
        id,
        (_, row) ->
            new Project(
                row.id(),
                row.name(),
                isPublic.orElse(row.isPublic()),
                row.ownerId(),
                row.ownerName(),
                row.repositoryCount(),
                row.createdAt(),
                row.updatedAt()));
  }

  private synchronized Stream<Project> matching(
      Visibility visibility, Optional<String> owner, List<Condition> conditions) {
    return List.copyOf(rows.values()).stream()
        .filter(row -> row.isPublic() || visibility instanceof Visibility.Everything)
        .filter(row -> owner.map(row.ownerName()::equals).orElse(true))
        .filter(row -> conditions.stream().allMatch(condition -> matches(row, condition)))
        .sorted(Comparator.comparing(row -> row.name().value()));
  }

  /** Every field is the name but {@code public}. */
  private static boolean matches(Project row, Condition condition) {
    String actual = row.name().value();
    return switch (condition) {
      case Condition.Exact(String field, String value) when field.equals("public") ->
          Boolean.toString(row.isPublic()).equals(value);
      case Condition.Exact(String _, String value) -> actual.equals(value);
      case Condition.Fuzzy(String _, String part) -> actual.contains(part.toLowerCase(Locale.ROOT));
      case Condition.Range(String _, Optional<String> min, Optional<String> max) ->
          min.map(bound -> actual.compareTo(bound) >= 0).orElse(true)
              && max.map(bound -> actual.compareTo(bound) <= 0).orElse(true);
      case Condition.AnyOf(String _, List<String> values) -> values.contains(actual);
      case Condition.AllOf(String _, List<String> values) ->
          values.stream().allMatch(actual::equals);
    };
  }

  private boolean remove(long id, MetadataItem item) {
    Map<MetadataItem, String> rest = new HashMap<>(metadata.getOrDefault(id, Map.of()));
    boolean found = rest.remove(item) != null;
    metadata.put(id, Map.copyOf(rest));
    return found;
  }

  private synchronized boolean remove(long id) {
    if (first(row -> row.id() == id && row.repositoryCount() > 0).isPresent()) {
      throw new RegistryException(ErrorCode.PRECONDITION_FAILED, "the project has repositories");
    }
    return rows.remove(id) != null;
  }
}
