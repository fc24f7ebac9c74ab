package dev.breakwater.storage.sql.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.access.Role;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.member.Member;
import dev.breakwater.core.member.Member.Entity;
import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PgMemberRepositoryTest {
  private static final long LIBRARY = 1;

  private Database database;
  private PgMemberRepository members;
  private Entity alice;
  private Entity devs;
  private long otherProject;

  @BeforeEach
  void create() {
    database = TestDatabase.migrated();
    members = new PgMemberRepository(database);
    alice = new Entity.User(id("INSERT INTO app_user (username) VALUES ('alice') RETURNING id"));
    devs =
        new Entity.Group(id("INSERT INTO user_group (name, kind) VALUES ('devs', 3) RETURNING id"));
    otherProject = id("INSERT INTO project (name, is_public) VALUES ('other', false) RETURNING id");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void keepsUsersAndGroups() {
    long first = add(alice, Role.DEVELOPER);
    long second = add(devs, Role.GUEST);

    assertThat(list("").elements())
        .containsExactly(
            new Member(first, LIBRARY, alice, "alice", Role.DEVELOPER),
            new Member(second, LIBRARY, devs, "devs", Role.GUEST));
    assertThat(list("EV").elements()).extracting(Member::id).containsExactly(second);
    assertThat(list("%").elements()).isEmpty();
    assertThat(list("' OR '1'='1").total()).isZero();
  }

  @Test
  void changesAndRemovesMembersOfItsProjectAlone() {
    long member = add(alice, Role.DEVELOPER);

    assertThat(changeRole(otherProject, member)).isFalse();
    assertThat(remove(otherProject, member)).isFalse();
    assertThat(Await.optional(members.find(otherProject, member))).isEmpty();
    assertThat(changeRole(LIBRARY, member)).isTrue();
    assertThat(Await.value(members.find(LIBRARY, member)).role()).isEqualTo(Role.MAINTAINER);
    assertThat(remove(LIBRARY, member)).isTrue();
    assertThat(remove(LIBRARY, member)).isFalse();
  }

  @Test
  void addsNobodyTwice() {
    add(alice, Role.DEVELOPER);
    add(devs, Role.DEVELOPER);

    for (Entity entity : List.of(alice, devs)) {
      assertThatThrownBy(() -> add(entity, Role.GUEST))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    }
  }

  @Test
  void addsNobodyWhoIsNotThere() {
    Await.done(database.update("UPDATE app_user SET deleted_at = now()"));

    for (Entity entity : List.of(alice, new Entity.Group(99), new Entity.User(99))) {
      assertThatThrownBy(() -> add(entity, Role.GUEST))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }
  }

  @Test
  void doesNotShowADeletedUser() {
    long member = add(alice, Role.DEVELOPER);
    Await.done(database.update("UPDATE app_user SET deleted_at = now()"));

    assertThat(list("").total()).isZero();
    assertThat(Await.optional(members.find(LIBRARY, member))).isEmpty();
  }

  private long id(String sql) {
    return Await.value(database.one(sql, row -> Rows.number(row, "id")));
  }

  private long add(Entity entity, Role role) {
    return Await.value(database.inTx(tx -> members.add(tx, LIBRARY, entity, role)));
  }

  private boolean changeRole(long project, long member) {
    return Await.value(
        database.inTx(tx -> members.changeRole(tx, project, member, Role.MAINTAINER)));
  }

  private boolean remove(long project, long member) {
    return Await.value(database.inTx(tx -> members.remove(tx, project, member)));
  }

  private Slice<Member> list(String name) {
    return Await.value(
        members.list(
            LIBRARY,
            ListRequest.all(0, 10)
                .and(
                    name.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Condition.Fuzzy("entityname", name)))));
  }
}
