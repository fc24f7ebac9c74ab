package dev.breakwater.storage.sql.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.user.NewUser;
import dev.breakwater.core.user.User;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UsersByNameTest {
  private static final int LIMIT = 3;

  private final Database database = TestDatabase.migrated();
  private final PgUserAccountRepository users = new PgUserAccountRepository(database);
  private final List<String> names = new ArrayList<>();

  @BeforeEach
  void addUsers() {
    for (int i = 1; i <= 8; i++) {
      add("user" + i);
    }
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void turnsPages() {
    assertThat(allPages()).isEqualTo(names);
    assertThat(allPages()).isEqualTo(names);
    assertThat(page(5).elements())
        .extracting(User::username)
        .containsExactly("user6", "user7", "user8");
    assertThat(page(5).total()).isEqualTo(8);
  }

  @Test
  void seesWhoCameMeanwhile() {
    allPages();
    add("first");
    add("user55");

    assertThat(page(6).elements())
        .extracting(User::username)
        .containsExactly("user55", "user6", "user7");
    assertThat(allPages()).isEqualTo(names);
  }

  @Test
  void seesWhoWentMeanwhile() {
    allPages();
    remove("user1");

    assertThat(page(3).elements())
        .extracting(User::username)
        .containsExactly("user5", "user6", "user7");
    assertThat(allPages()).isEqualTo(names);
  }

  @Test
  void noticesThatAsManyCameAsWent() {
    allPages();
    remove("user1");
    add("user9");

    assertThat(page(3).elements())
        .extracting(User::username)
        .containsExactly("user5", "user6", "user7");
  }

  @Test
  void saysHowManyThereAreWhereNobodyIs() {
    allPages();

    assertThat(page(30).elements()).isEmpty();
    assertThat(page(30).total()).isEqualTo(8);
  }

  private List<String> allPages() {
    List<String> found = new ArrayList<>();
    for (int offset = 0; offset < names.size(); offset += LIMIT) {
      Slice<User> page = page(offset);
      assertThat(page.total()).isEqualTo(names.size());
      page.elements().forEach(user -> found.add(user.username()));
    }
    return found;
  }

  private Slice<User> page(int offset) {
    return Await.value(users.list(ListRequest.all(offset, LIMIT)));
  }

  private void add(String name) {
    Await.value(
        new PgUserRepository(database).create(NewUser.local(name, null, "", "", false, null)));
    names.add(name);
    names.sort(null);
  }

  private void remove(String name) {
    long id = Await.value(new PgUserRepository(database).findByUsername(name)).id();
    Await.value(database.inTx(tx -> users.delete(tx, id)));
    names.remove(name);
  }
}
