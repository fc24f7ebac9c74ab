package dev.breakwater.core.member;

import dev.breakwater.core.access.Role;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import reactor.core.publisher.Mono;

/** The rows of members. Every method names the project: a number of another one matches none. */
public interface MemberRepository {
  /** One page, in the order in which they were added. Fields: entity_name, role_id, id. */
  Mono<Slice<Member>> list(long projectId, ListRequest request);

  /** Empty when the project has no such member. */
  Mono<Member> find(long projectId, long memberId);

  /**
   * Adds a member; answers its number.
   *
   * @throws dev.breakwater.core.error.RegistryException CONFLICT when they are a member already,
   *     NOT_FOUND when there is no such user or group
   */
  Mono<Long> add(Tx tx, long projectId, Member.Entity entity, Role role);

  /**
   * @return false when the project has no such member
   */
  Mono<Boolean> changeRole(Tx tx, long projectId, long memberId, Role role);

  /**
   * @return false when the project has no such member
   */
  Mono<Boolean> remove(Tx tx, long projectId, long memberId);
}
