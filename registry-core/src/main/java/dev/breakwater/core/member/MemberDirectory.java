package dev.breakwater.core.member;

import reactor.core.publisher.Mono;

/** Makes people and groups of a directory known here, so that they can become members. */
public interface MemberDirectory {
  /** The number of the user that this person is from now on; empty if the directory has none. */
  Mono<Long> user(String username);

  /** The number of the group that this one is from now on; empty if the directory has none. */
  Mono<Long> group(Candidate.GroupDn group);

  /** The number of the group that this one is from now on; empty if there can be none. */
  Mono<Long> group(Candidate.GroupName group);
}
