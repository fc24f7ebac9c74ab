package dev.breakwater.core.group;

import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Rows of groups and of who is in them. */
public interface GroupRepository {
  /** The group of this number; empty if there is none. */
  Mono<UserGroup> find(long id);

  /** The directory's group of this normalised name; empty if there is none. */
  Mono<UserGroup> findByDn(String ldapDn);

  /**
   * A part of the groups, ordered by name.
   *
   * @param namePart contained in the name, whatever the case; empty: any
   * @param ldapDn exactly this normalised one
   */
  Mono<Slice<UserGroup>> list(String namePart, Optional<String> ldapDn, int offset, int limit);

  /** Writes a new group; an error CONFLICT if there is one of this name or distinguished name. */
  Mono<UserGroup> create(Tx tx, NewGroup group);

  /** Whether there is such a group; an error CONFLICT if another one has the name. */
  Mono<Boolean> rename(Tx tx, long id, String name);

  /** Whether there was such a group. Its memberships and its roles in projects go with it. */
  Mono<Boolean> delete(Tx tx, long id);

  /** The rows of those of these groups that have one. */
  Mono<List<UserGroup>> findAll(Collection<NewGroup> groups);

  /**
   * The rows of these groups, those that are missing made now. Several replicas may do this at
   * once.
   */
  Mono<List<UserGroup>> ensure(Tx tx, Collection<NewGroup> groups);

  /** The groups that the user is in. */
  Mono<Set<Long>> groupsOf(long userId);

  /** Makes the user a member of exactly these groups. */
  Mono<Void> replaceMemberships(Tx tx, long userId, Set<Long> groupIds);
}
