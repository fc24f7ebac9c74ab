package dev.breakwater.storage.sql.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.group.ExternalIdentity;
import dev.breakwater.core.group.GroupKind;
import dev.breakwater.core.group.NewGroup;
import dev.breakwater.core.group.UserGroup;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserSource;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.user.PgUserRepository;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PgGroupRepositoryTest {
  private final Database database = TestDatabase.migrated();
  private final PgGroupRepository groups = new PgGroupRepository(database);
  private final PgExternalUserRepository people =
      new PgExternalUserRepository(database, new PgUserRepository(database));

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void makesGroupsThatAreMissingAndFindsTheOthers() {
    List<NewGroup> wanted =
        List.of(
            new NewGroup("devs", GroupKind.LDAP, "cn=devs,dc=x"),
            NewGroup.named(GroupKind.OIDC, "devs"),
            NewGroup.named(GroupKind.OIDC, "devs"),
            NewGroup.named(GroupKind.HTTP_AUTH, "devs"));

    List<UserGroup> first = ensure(wanted);
    List<UserGroup> second = ensure(wanted);

    assertThat(first).hasSize(3).doesNotHaveDuplicates();
    assertThat(second).containsExactlyInAnyOrderElementsOf(first);
    assertThat(Await.value(groups.findAll(wanted))).containsExactlyInAnyOrderElementsOf(first);
    assertThat(Await.value(groups.findByDn("cn=devs,dc=x")).kind()).isEqualTo(GroupKind.LDAP);
  }

  @Test
  void replacesMemberships() {
    User user = create("alice", null);
    List<UserGroup> all =
        ensure(
            List.of(
                NewGroup.named(GroupKind.OIDC, "a"),
                NewGroup.named(GroupKind.OIDC, "b"),
                NewGroup.named(GroupKind.OIDC, "c")));
    long first = all.get(0).id();
    long second = all.get(1).id();

    replace(user, Set.of(first, second));
    assertThat(Await.value(groups.groupsOf(user.id()))).containsExactlyInAnyOrder(first, second);
    replace(user, Set.of(second, all.get(2).id()));
    assertThat(Await.value(groups.groupsOf(user.id())))
        .containsExactlyInAnyOrder(second, all.get(2).id());
    replace(user, Set.of());
    assertThat(Await.value(groups.groupsOf(user.id()))).isEmpty();
  }

  @Test
  void leavesAnAddressOutThatSomebodyElseHas() {
    User first = create("alice", "a@example.com");
    User second = create("bob", "a@example.com");

    assertThat(first.email()).isEqualTo("a@example.com");
    assertThat(second.email()).isNull();
    assertThatThrownBy(() -> create("bob", null)).hasMessageContaining("'bob' is taken");
  }

  @Test
  void listsByAPartOfTheNameInOrder() {
    ensure(
        List.of(
            NewGroup.named(GroupKind.OIDC, "Beta"),
            NewGroup.named(GroupKind.OIDC, "alpha-beta"),
            NewGroup.named(GroupKind.OIDC, "100%")));

    assertThat(names("beta")).containsExactlyInAnyOrder("Beta", "alpha-beta");
    assertThat(names("%")).containsExactly("100%");
    assertThat(names("_")).isEmpty();
    assertThat(names("")).hasSize(3);
    assertThat(Await.value(groups.list("", Optional.empty(), 2, 10)).elements()).hasSize(1);
  }

  private List<String> names(String part) {
    return Await.value(groups.list(part, Optional.empty(), 0, 10)).elements().stream()
        .map(UserGroup::name)
        .toList();
  }

  private List<UserGroup> ensure(List<NewGroup> wanted) {
    return Await.value(database.inTx(tx -> groups.ensure(tx, wanted)));
  }

  private void replace(User user, Set<Long> ids) {
    Await.done(database.inTx(tx -> groups.replaceMemberships(tx, user.id(), ids)));
  }

  private User create(String name, @Nullable String email) {
    ExternalIdentity identity =
        new ExternalIdentity(UserSource.LDAP, name, email, "", "", List.of(), false);
    return Await.value(database.inTx(tx -> people.create(tx, identity)));
  }
}
