package dev.breakwater.core.project;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** Projects of a test; all are owned by a user named {@code admin}. */
public final class InMemoryProjectRepository implements ProjectRepository {
  private final Map<Long, Project> rows = new LinkedHashMap<>();
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
  public Mono<Project> create(ProjectName name, boolean isPublic, long ownerId) {
    return Mono.fromSupplier(() -> insert(name, isPublic, ownerId));
  }

  @Override
  public Mono<List<Project>> list(Filter filter, int offset, int limit) {
    return Mono.fromSupplier(() -> matching(filter).skip(offset).limit(limit).toList());
  }

  @Override
  public Mono<Long> count(Filter filter) {
    return Mono.fromSupplier(() -> matching(filter).count());
  }

  @Override
  public Mono<Boolean> delete(long id) {
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

  private synchronized Stream<Project> matching(Filter filter) {
    return List.copyOf(rows.values()).stream()
        .filter(row -> filter.name().map(part -> contains(row, part)).orElse(true))
        .filter(row -> filter.isPublic().map(wanted -> wanted == row.isPublic()).orElse(true))
        .filter(row -> filter.ownerName().map(row.ownerName()::equals).orElse(true))
        .sorted(Comparator.comparing(row -> row.name().value()));
  }

  private static boolean contains(Project row, String part) {
    return row.name().value().contains(part.toLowerCase(Locale.ROOT));
  }

  private synchronized boolean remove(long id) {
    if (first(row -> row.id() == id && row.repositoryCount() > 0).isPresent()) {
      throw new RegistryException(ErrorCode.PRECONDITION_FAILED, "the project has repositories");
    }
    return rows.remove(id) != null;
  }
}
