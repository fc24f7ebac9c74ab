package dev.breakwater.auth.member;

import dev.breakwater.auth.ldap.LdapDirectory;
import dev.breakwater.auth.ldap.LdapLogin;
import dev.breakwater.core.group.GroupKind;
import dev.breakwater.core.group.GroupRepository;
import dev.breakwater.core.group.NewGroup;
import dev.breakwater.core.group.UserGroup;
import dev.breakwater.core.member.Candidate;
import dev.breakwater.core.member.MemberDirectory;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.user.User;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Finds people and groups where the setting {@code auth_mode} says that they are. Groups of a
 * provider cannot be looked up: their names are taken as they are.
 */
public final class ExternalMembers implements MemberDirectory {
  private final ConfigurationSource configuration;
  private final LdapDirectory directory;
  private final LdapLogin people;
  private final GroupRepository groups;
  private final Transactions transactions;

  public ExternalMembers(
      ConfigurationSource configuration,
      LdapDirectory directory,
      LdapLogin people,
      GroupRepository groups,
      Transactions transactions) {
    this.configuration = configuration;
    this.directory = directory;
    this.people = people;
    this.groups = groups;
    this.transactions = transactions;
  }

  @Override
  public Mono<Long> user(String username) {
    return when("ldap_auth", Mono.defer(() -> people.onboard(username)).map(User::id));
  }

  @Override
  public Mono<Long> group(Candidate.GroupDn group) {
    return when(
        "ldap_auth",
        Mono.defer(() -> directory.groups("", group.dn()))
            .filter(found -> !found.isEmpty())
            .flatMap(found -> ensure(found.getFirst())));
  }

  @Override
  public Mono<Long> group(Candidate.GroupName group) {
    GroupKind kind = GroupKind.find(group.kind()).orElse(GroupKind.LDAP);
    return switch (kind) {
      case LDAP -> Mono.empty();
      case HTTP_AUTH -> when("http_auth", named(kind, group.name()));
      case OIDC -> when("oidc_auth", named(kind, group.name()));
    };
  }

  private Mono<Long> named(GroupKind kind, String name) {
    return Mono.defer(() -> ensure(NewGroup.named(kind, name)));
  }

  private Mono<Long> ensure(NewGroup group) {
    return transactions
        .inTx(tx -> groups.ensure(tx, List.of(group)))
        .map(rows -> rows.getFirst())
        .map(UserGroup::id);
  }

  private Mono<Long> when(String mode, Mono<Long> found) {
    return configuration
        .current()
        .filter(settings -> settings.text(ConfigurationItem.AUTH_MODE).equals(mode))
        .flatMap(_ -> found);
  }
}
