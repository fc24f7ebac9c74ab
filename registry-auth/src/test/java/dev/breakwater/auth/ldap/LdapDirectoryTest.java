package dev.breakwater.auth.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.util.LDAPSDKException;
import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.group.NewGroup;
import dev.breakwater.core.outbound.AddressRule;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

final class LdapDirectoryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Map<ConfigurationItem, String> settings = new EnumMap<>(ConfigurationItem.class);
  private final CryptoPool pool = new CryptoPool("ldap", 2);
  private InMemoryDirectoryServer server;
  private LdapDirectory directory;

  @BeforeEach
  void start() throws LDAPSDKException {
    InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=example,dc=com");
    config.addAdditionalBindCredentials("cn=search,dc=example,dc=com", "search-password");
    config.setListenerConfigs(InMemoryListenerConfig.createLDAPConfig("plain", 0));
    config.setSchema(null);
    server = new InMemoryDirectoryServer(config);
    server.add("dn: dc=example,dc=com", "objectClass: domain", "dc: example");
    server.add("dn: ou=people,dc=example,dc=com", "objectClass: organizationalUnit", "ou: people");
    server.add("dn: ou=groups,dc=example,dc=com", "objectClass: organizationalUnit", "ou: groups");
    person("alice", "cn=devs,ou=groups,dc=example,dc=com");
    person("bob");
    group("devs", "uid=alice,ou=people,dc=example,dc=com");
    group("ops", "uid=bob,ou=people,dc=example,dc=com");
    group("all", "cn=ops,ou=groups,dc=example,dc=com");
    group("masters", "cn=all,ou=groups,dc=example,dc=com");
    server.startListening();
    settings.put(ConfigurationItem.LDAP_URL, "ldap://127.0.0.1:" + server.getListenPort());
    settings.put(ConfigurationItem.LDAP_SEARCH_DN, "cn=search,dc=example,dc=com");
    settings.put(ConfigurationItem.LDAP_SEARCH_PASSWORD, "search-password");
    settings.put(ConfigurationItem.LDAP_BASE_DN, "ou=people,dc=example,dc=com");
    settings.put(ConfigurationItem.LDAP_UID, "uid");
    settings.put(ConfigurationItem.LDAP_GROUP_BASE_DN, "ou=groups,dc=example,dc=com");
    directory = directory(true);
  }

  @AfterEach
  void stop() {
    server.shutDown(true);
    pool.close();
  }

  @Test
  void acceptsThePasswordAndFindsTheGroupsThatTheEntryNames() {
    LdapPerson.WithGroups alice = authenticate("alice", "alice-password").orElseThrow();

    assertThat(alice.person().username()).isEqualTo("alice");
    assertThat(alice.person().email()).isEqualTo("alice@example.com");
    assertThat(alice.groups())
        .extracting(NewGroup::name, NewGroup::ldapDn)
        .containsExactly(tuple("devs", "cn=devs,ou=groups,dc=example,dc=com"));
    assertThat(alice.administers()).isFalse();
  }

  @Test
  void searchesForTheGroupsThatNameTheUserWhenTheEntryNamesNone() {
    assertThat(authenticate("bob", "bob-password").orElseThrow().groups())
        .extracting(NewGroup::name)
        .containsExactly("ops");
  }

  @Test
  void givesTheNameAsTheDirectoryWritesIt() {
    assertThat(authenticate("ALICE", "alice-password").orElseThrow().person().username())
        .isEqualTo("alice");
  }

  @Test
  void refusesWrongAndEmptyPasswords() {
    assertThat(authenticate("alice", "bob-password")).isEmpty();
    assertThat(authenticate("alice", "")).isEmpty();
    assertThat(authenticate("nobody", "alice-password")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "a*",
        "alice)(uid=*",
        "*)(objectClass=*",
        "alice\0",
        "\\2a",
        "alice))(|(uid=*",
        "(",
        ")"
      })
  void takesWhatLooksLikeAFilterForAName(String username) {
    assertThat(authenticate(username, "alice-password")).isEmpty();
    assertThat(Objects.requireNonNull(directory.people(username).block(PATIENCE))).isEmpty();
  }

  @Test
  void refusesANameThatSeveralEntriesHave() throws LDAPSDKException {
    server.add(
        "dn: cn=other,ou=people,dc=example,dc=com",
        "objectClass: inetOrgPerson",
        "cn: other",
        "sn: other",
        "uid: alice",
        "userPassword: alice-password");

    assertThat(authenticate("alice", "alice-password")).isEmpty();
  }

  @Test
  void narrowsByTheFilterEvenWithoutParentheses() {
    settings.put(ConfigurationItem.LDAP_FILTER, "mail=bob@example.com");

    assertThat(authenticate("alice", "alice-password")).isEmpty();
    assertThat(authenticate("bob", "bob-password")).isPresent();
  }

  @Test
  void countsOnlyGroupsUnderTheBaseThatTheFilterAccepts() {
    settings.put(ConfigurationItem.LDAP_GROUP_SEARCH_FILTER, "(cn=other*)");
    assertThat(authenticate("alice", "alice-password").orElseThrow().groups()).isEmpty();

    settings.remove(ConfigurationItem.LDAP_GROUP_SEARCH_FILTER);
    settings.put(ConfigurationItem.LDAP_GROUP_BASE_DN, "ou=elsewhere,dc=example,dc=com");
    assertThat(authenticate("alice", "alice-password").orElseThrow().groups()).isEmpty();
  }

  @Test
  void findsTheGroupOfAdministratorsThroughGroupsInGroups() {
    settings.put(ConfigurationItem.LDAP_GROUP_ADMIN_DN, "CN=Masters, OU=groups,dc=example,dc=com");

    assertThat(authenticate("bob", "bob-password").orElseThrow().administers()).isTrue();
    assertThat(authenticate("alice", "alice-password").orElseThrow().administers()).isFalse();
  }

  @Test
  void endsWhenGroupsAreInEachOther() throws LDAPSDKException {
    server.modify(
        "dn: cn=ops,ou=groups,dc=example,dc=com",
        "changetype: modify",
        "add: member",
        "member: cn=masters,ou=groups,dc=example,dc=com");
    settings.put(ConfigurationItem.LDAP_GROUP_ADMIN_DN, "cn=none,ou=groups,dc=example,dc=com");

    assertThat(authenticate("bob", "bob-password").orElseThrow().administers()).isFalse();
  }

  @Test
  void searchesForGroupsByAPartOfTheirNameOrByTheirDistinguishedName() {
    assertThat(groups("ev", "")).extracting(NewGroup::name).containsExactly("devs");
    assertThat(groups("", "CN=ops,OU=groups,DC=example,DC=com"))
        .extracting(NewGroup::name)
        .containsExactly("ops");
    assertThat(groups("*)(cn=*", "")).isEmpty();
  }

  @Test
  void tellsThatTheSearchingUserIsRefused() {
    settings.put(ConfigurationItem.LDAP_SEARCH_PASSWORD, "wrong");

    assertThatThrownBy(() -> authenticate("alice", "alice-password"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("ldap_search_password")
        .hasMessageNotContaining("wrong-");
  }

  @Test
  void tellsThatTheDirectoryIsAway() {
    server.shutDown(true);

    assertThatThrownBy(() -> authenticate("alice", "alice-password"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("cannot be connected to");
  }

  @Test
  void opensAnotherConnectionWhenTheFirstOneBreaks() throws IOException {
    try (BreakingListener listener = BreakingListener.before(server.getListenPort(), 1)) {
      settings.put(ConfigurationItem.LDAP_URL, "ldap://127.0.0.1:" + listener.port());

      assertThat(authenticate("alice", "alice-password")).isPresent();
      // The second one is told that there is no TLS, the third is in plain text.
      assertThat(listener.accepted()).isEqualTo(3);
    }
  }

  @Test
  void givesUpAfterTheSecondConnection() throws IOException {
    try (BreakingListener listener = BreakingListener.before(server.getListenPort(), 100)) {
      settings.put(ConfigurationItem.LDAP_URL, "ldap://127.0.0.1:" + listener.port());

      assertThatThrownBy(() -> authenticate("alice", "alice-password"))
          .isInstanceOf(RegistryException.class);
      assertThat(listener.accepted()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "localhost",
        "[::1]",
        "0.0.0.0",
        "[::ffff:127.0.0.1]",
        "169.254.169.254"
      })
  void connectsToNoAddressOfThisMachineUnlessAllowed(String host) {
    settings.put(ConfigurationItem.LDAP_URL, "ldap://" + host + ":" + server.getListenPort());

    assertThatThrownBy(
            () -> directory(false).authenticate("alice", "alice-password").block(PATIENCE))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("security.allow-internal-targets");
  }

  private LdapDirectory directory(boolean allowInternal) {
    return new LdapDirectory(
        () -> Mono.fromSupplier(() -> new Configuration(settings)),
        new AddressRule(allowInternal),
        Optional.empty(),
        pool);
  }

  private Optional<LdapPerson.WithGroups> authenticate(String username, String password) {
    return directory.authenticate(username, password).blockOptional(PATIENCE);
  }

  private List<NewGroup> groups(String name, String dn) {
    return Objects.requireNonNull(directory.groups(name, dn).block(PATIENCE));
  }

  private void person(String name, String... memberOf) throws LDAPSDKException {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "dn: uid=" + name + ",ou=people,dc=example,dc=com",
                "objectClass: inetOrgPerson",
                "cn: " + name,
                "sn: " + name,
                "uid: " + name,
                "mail: " + name + "@example.com",
                "userPassword: " + name + "-password"));
    for (String group : memberOf) {
      lines.add("memberof: " + group);
    }
    server.add(lines.toArray(new String[0]));
  }

  private void group(String name, String member) throws LDAPSDKException {
    server.add(
        "dn: cn=" + name + ",ou=groups,dc=example,dc=com",
        "objectClass: groupOfNames",
        "cn: " + name,
        "member: " + member);
  }
}
