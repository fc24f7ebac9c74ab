package dev.breakwater.auth.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import dev.breakwater.core.group.GroupKind;
import dev.breakwater.core.group.NewGroup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * In which groups somebody is. Blocks.
 *
 * <p>A user's groups are those that the user's entry names ({@code memberof}); where it names none,
 * those that name the user are searched for. They count if they are under the base of groups and
 * the filter accepts them. Whether one of them leads to the group of administrators is followed
 * upwards, level by level, however deep groups are in groups.
 */
final class LdapGroups {
  private static final int MAX_LEVELS = 10;
  private static final int MAX_VISITED = 1000;
  private static final int MAX_DN_LENGTH = 1024;

  private final LdapSession session;
  private final LdapSettings.Groups settings;

  LdapGroups(LdapSession session) {
    this.session = session;
    this.settings = session.settings().groups();
  }

  LdapPerson.WithGroups of(LdapPerson person) throws LDAPException {
    Map<String, NewGroup> groups =
        settings.baseDn().isBlank()
            ? Map.of()
            : person.memberOf().isEmpty() ? naming(person) : named(person.memberOf());
    Set<String> direct = new HashSet<>(groups.keySet());
    for (String dn : person.memberOf()) {
      normalised(dn).ifPresent(direct::add);
    }
    return new LdapPerson.WithGroups(person, List.copyOf(groups.values()), administers(direct));
  }

  /** The groups that have this name, or this distinguished name. */
  List<NewGroup> search(String name, String dn) throws LDAPException {
    if (!dn.isBlank()) {
      return group(LdapSession.normalise(dn)).map(List::of).orElse(List.of());
    }
    Filter named =
        name.isBlank()
            ? Filter.createPresenceFilter(settings.nameAttribute())
            : Filter.createSubAnyFilter(settings.nameAttribute(), name);
    List<NewGroup> groups = new ArrayList<>();
    for (SearchResultEntry entry : underBase(named, LdapSession.MAX_FOUND)) {
      group(entry).ifPresent(groups::add);
    }
    return groups;
  }

  private Map<String, NewGroup> named(List<String> memberOf) throws LDAPException {
    Map<String, NewGroup> groups = new LinkedHashMap<>();
    for (String dn : memberOf) {
      Optional<String> normal = normalised(dn).filter(this::isUnderBase);
      if (normal.isPresent()) {
        group(normal.get()).ifPresent(group -> groups.put(group.ldapDn(), group));
      }
    }
    return groups;
  }

  private Map<String, NewGroup> naming(LdapPerson person) throws LDAPException {
    Filter member =
        Filter.createORFilter(
            Filter.createEqualityFilter("member", person.dn()),
            Filter.createEqualityFilter("uniqueMember", person.dn()),
            Filter.createEqualityFilter("memberUid", person.username()));
    Map<String, NewGroup> groups = new LinkedHashMap<>();
    for (SearchResultEntry entry : underBase(member, MAX_VISITED)) {
      group(entry).ifPresent(group -> groups.put(group.ldapDn(), group));
    }
    return groups;
  }

  private Optional<NewGroup> group(String dn) throws LDAPException {
    Filter filter =
        LdapSession.both(
            settings.filter(),
            "ldap_group_search_filter",
            Filter.createPresenceFilter("objectClass"));
    Optional<SearchResultEntry> entry = session.entry(dn, filter, settings.nameAttribute());
    return entry.isEmpty() ? Optional.empty() : group(entry.get());
  }

  private Optional<NewGroup> group(Entry entry) {
    String name = entry.getAttributeValue(settings.nameAttribute());
    return name == null || !NewGroup.isName(name.strip())
        ? Optional.empty()
        : normalised(entry.getDN())
            .filter(dn -> dn.length() <= MAX_DN_LENGTH)
            .map(dn -> new NewGroup(name.strip(), GroupKind.LDAP, dn));
  }

  private List<SearchResultEntry> underBase(Filter own, int limit) throws LDAPException {
    return session.search(
        new SearchRequest(
            settings.baseDn(),
            LdapSession.scope(settings.scope()),
            DereferencePolicy.NEVER,
            limit,
            Math.toIntExact(session.settings().timeout().toSeconds()),
            false,
            LdapSession.both(settings.filter(), "ldap_group_search_filter", own),
            settings.nameAttribute()));
  }

  private boolean isUnderBase(String dn) {
    try {
      return DN.isDescendantOf(dn, settings.baseDn(), true);
    } catch (LDAPException e) {
      return false;
    }
  }

  private boolean administers(Set<String> direct) throws LDAPException {
    Optional<String> wanted = normalised(settings.adminDn());
    if (settings.adminDn().isBlank() || wanted.isEmpty()) {
      return false;
    }
    Set<String> visited = new HashSet<>(direct);
    Set<String> level = direct;
    for (int i = 0; i < MAX_LEVELS && !level.isEmpty() && visited.size() < MAX_VISITED; i++) {
      if (level.contains(wanted.get())) {
        return true;
      }
      Set<String> next = parents(level);
      next.removeAll(visited);
      visited.addAll(next);
      level = next;
    }
    return level.contains(wanted.get());
  }

  /** The groups in which these groups are, by what either side says. */
  private Set<String> parents(Set<String> children) throws LDAPException {
    List<Filter> naming = new ArrayList<>();
    Set<String> parents = new HashSet<>();
    for (String child : children) {
      naming.add(Filter.createEqualityFilter("member", child));
      naming.add(Filter.createEqualityFilter("uniqueMember", child));
      session
          .entry(child, null, settings.membershipAttribute())
          .map(entry -> entry.getAttributeValues(settings.membershipAttribute()))
          .ifPresent(values -> {
            for (String value : values) {
              normalised(value).ifPresent(parents::add);
            }
          });
    }
    String base = settings.baseDn().isBlank() ? session.settings().baseDn() : settings.baseDn();
    SearchRequest request =
        new SearchRequest(base, SearchScope.SUB, Filter.createORFilter(naming), "1.1");
    for (SearchResultEntry entry : session.search(request)) {
      normalised(entry.getDN()).ifPresent(parents::add);
    }
    return parents;
  }

  private static Optional<String> normalised(String dn) {
    try {
      return Optional.of(DN.normalize(dn));
    } catch (LDAPException e) {
      return Optional.empty();
    }
  }
}
