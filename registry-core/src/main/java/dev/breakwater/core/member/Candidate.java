package dev.breakwater.core.member;

/** Who is to become a member, in one of the ways in which clients name them. */
public sealed interface Candidate {
  /** A user by number. */
  record UserId(long id) implements Candidate {}

  /** A user by name, here or in the directory. */
  record Username(String name) implements Candidate {}

  /** A group by number. */
  record GroupId(long id) implements Candidate {}

  /** A group of the directory by its distinguished name, known here or not. */
  record GroupDn(String dn) implements Candidate {}

  /**
   * A group of a provider by its name, known here or not.
   *
   * @param kind 2: HTTP authentication, 3: OIDC
   */
  record GroupName(String name, long kind) implements Candidate {}
}
