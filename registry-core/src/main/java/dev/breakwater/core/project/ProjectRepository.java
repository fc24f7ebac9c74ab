package dev.breakwater.core.project;

import dev.breakwater.core.access.Role;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** The rows of projects and of their metadata. */
public interface ProjectRepository {
  /** Empty when there is none. The name is any text: one that is no project name matches none. */
  Mono<Project> findByName(String name);

  Mono<Project> findById(long id);

  /**
   * Writes a project. Its owner is its first member, a project administrator.
   *
   * @param ownerId empty: the administrator of the system with the lowest number
   * @throws dev.breakwater.core.error.RegistryException CONFLICT when the name is taken
   */
  Mono<Project> create(Tx tx, NewProject project, Optional<Long> ownerId);

  /** Changes what is given; the rest stays. */
  Mono<Void> update(Tx tx, long id, Optional<Boolean> isPublic, Map<MetadataItem, String> metadata);

  /**
   * The ids of one page, usually by name. Fields: name, project_id, public, owner_id,
   * creation_time, update_time.
   *
   * @param owner only those that this user created
   */
  Mono<Slice<Long>> listIds(Visibility visibility, Optional<String> owner, ListRequest request);

  /** Those of these projects that there are, by their ids. */
  Mono<Map<Long, Project>> findAll(Set<Long> ids);

  /** Of each of these projects that has any, everything but {@code public}. */
  Mono<Map<Long, Map<MetadataItem, String>>> metadata(Set<Long> ids);

  /**
   * @return false when it was not set
   */
  Mono<Boolean> unset(Tx tx, long id, MetadataItem item);

  /** How many of its repositories hold something, at most 1000. */
  Mono<Long> countFullRepositories(long id);

  /** How many members have which role; without the roles that nobody has. */
  Mono<Map<Role, Long>> countMembers(long id);

  /** In bytes; {@link NewProject#UNLIMITED}. */
  Mono<Long> storageLimit(long id);

  /**
   * Deletes the project with everything that belongs to it.
   *
   * @return false when there is no such project
   * @throws dev.breakwater.core.error.RegistryException PRECONDITION_FAILED when it still has
   *     repositories that hold something
   */
  Mono<Boolean> delete(Tx tx, long id);
}
