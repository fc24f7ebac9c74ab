package dev.breakwater.auth.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which the one who searches is logged in. Blocks. What clients send gets into a
 * filter as a value only, never as text.
 */
final class LdapSession implements AutoCloseable {
  /** How many entries a search for people or groups answers at most. */
  static final int MAX_FOUND = 100;

  private final LDAPConnection connection;
  private final LdapSettings settings;

  private LdapSession(LDAPConnection connection, LdapSettings settings) {
    this.connection = connection;
    this.settings = settings;
  }

  static LdapSession open(LdapConnector connector, LdapSettings settings) throws LDAPException {
    LDAPConnection connection = connector.connect(settings);
    try {
      if (!settings.searchDn().isEmpty()) {
        requirePassword(settings.searchPassword());
        connection.bind(settings.searchDn(), settings.searchPassword());
      }
      return new LdapSession(connection, settings);
    } catch (LDAPException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Without one, a server takes the bind for one of nobody, and says yes (RFC 4513, 5.1.2). */
  private static void requirePassword(String password) {
    if (password.isEmpty()) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "ldap_search_dn is set, but ldap_search_password is empty");
    }
  }

  /** The people of this name; of any, if it is empty. */
  List<LdapPerson> people(String username, int limit) throws LDAPException {
    Filter named =
        username.isEmpty()
            ? Filter.createPresenceFilter(settings.uid())
            : Filter.createEqualityFilter(settings.uid(), username);
    SearchRequest request =
        new SearchRequest(
            settings.baseDn(),
            scope(settings.scope()),
            DereferencePolicy.NEVER,
            limit,
            Math.toIntExact(settings.timeout().toSeconds()),
            false,
            both(settings.filter(), "ldap_filter", named),
            settings.uid(),
            "cn",
            "displayName",
            "mail",
            "email",
            settings.groups().membershipAttribute());
    List<LdapPerson> people = new ArrayList<>();
    for (SearchResultEntry entry : search(request)) {
      String name = entry.getAttributeValue(settings.uid());
      if (name != null) {
        people.add(person(entry, name));
      }
    }
    return people;
  }

  private LdapPerson person(Entry entry, String username) {
    String[] memberOf = entry.getAttributeValues(settings.groups().membershipAttribute());
    return new LdapPerson(
        entry.getDN(),
        username,
        first(entry, "displayName", "cn").orElse(username),
        first(entry, "mail", "email").orElse(null),
        memberOf == null ? List.of() : Arrays.asList(memberOf));
  }

  private static Optional<String> first(Entry entry, String... attributes) {
    for (String attribute : attributes) {
      String value = entry.getAttributeValue(attribute);
      if (value != null && !value.isBlank()) {
        return Optional.of(value.strip());
      }
    }
    return Optional.empty();
  }

  /**
   * Whether this is the password of this entry. Afterwards the connection belongs to that entry:
   * nothing else may be asked on it.
   */
  boolean isPassword(String dn, String password) throws LDAPException {
    if (password.isEmpty()) {
      return false;
    }
    try {
      connection.bind(dn, password);
      return true;
    } catch (LDAPException e) {
      if (isRefusal(e.getResultCode())) {
        return false;
      }
      throw e;
    }
  }

  /** Accounts that are locked or have expired are refused like wrong passwords. */
  private static boolean isRefusal(ResultCode code) {
    return code.equals(ResultCode.INVALID_CREDENTIALS)
        || code.equals(ResultCode.NO_SUCH_OBJECT)
        || code.equals(ResultCode.INAPPROPRIATE_AUTHENTICATION)
        || code.equals(ResultCode.INSUFFICIENT_ACCESS_RIGHTS)
        || code.equals(ResultCode.UNWILLING_TO_PERFORM)
        || code.equals(ResultCode.CONSTRAINT_VIOLATION);
  }

  /** The entry of this name if the filter accepts it; empty if there is none. */
  Optional<SearchResultEntry> entry(String dn, @Nullable Filter filter, String... attributes)
      throws LDAPException {
    SearchRequest request =
        new SearchRequest(
            dn,
            SearchScope.BASE,
            filter == null ? Filter.createPresenceFilter("objectClass") : filter,
            attributes);
    List<SearchResultEntry> found = search(request);
    return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
  }

  /** What there is; nothing where the base of the search does not exist, a part at its limit. */
  List<SearchResultEntry> search(SearchRequest request) throws LDAPException {
    try {
      return connection.search(request).getSearchEntries();
    } catch (LDAPSearchException e) {
      if (e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
        return List.of();
      }
      if (e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)) {
        List<SearchResultEntry> part = e.getSearchEntries();
        return part == null ? List.of() : part;
      }
      throw e;
    }
  }

  LDAPConnection connection() {
    return connection;
  }

  LdapSettings settings() {
    return settings;
  }

  static SearchScope scope(int number) {
    return switch (number) {
      case 0 -> SearchScope.BASE;
      case 1 -> SearchScope.ONE;
      default -> SearchScope.SUB;
    };
  }

  /** Both filters; the administrator's may lack its parentheses. */
  static Filter both(String configured, String setting, Filter own) {
    return configured.isBlank() ? own : Filter.createANDFilter(parse(configured, setting), own);
  }

  static Filter parse(String configured, String setting) {
    try {
      return Filter.create(configured.strip());
    } catch (LDAPException e) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          setting + " '" + Printable.shorten(configured) + "' is no LDAP filter",
          e);
    }
  }

  /** The name in the form by which names are compared. */
  static String normalise(String dn) {
    try {
      return DN.normalize(dn.strip());
    } catch (LDAPException e) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "'" + Printable.shorten(dn) + "' is no distinguished name such as cn=devs,dc=example",
          e);
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
