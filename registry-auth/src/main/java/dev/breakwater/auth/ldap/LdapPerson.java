package dev.breakwater.auth.ldap;

import dev.breakwater.core.group.NewGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person's entry.
 *
 * @param username the value of the attribute by which people are found, as the directory writes it
 * @param memberOf the groups that the entry names
 */
record LdapPerson(
    String dn, String username, String realName, @Nullable String email, List<String> memberOf) {
  LdapPerson {
    memberOf = List.copyOf(memberOf);
  }

  /**
   * A person with what they are in.
   *
   * @param groups those under the base of groups
   * @param administers whether the group of administrators is one of theirs, or one in which one of
   *     theirs is
   */
  record WithGroups(LdapPerson person, List<NewGroup> groups, boolean administers) {}
}
