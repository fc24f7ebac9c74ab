package dev.breakwater.storage.sql.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.core.query.Slice;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ListColumnsTest {
  private static Database database;

  @BeforeAll
  static void create() {
    database = TestDatabase.migrated();
    Await.done(
        database.update(
            """
            INSERT INTO app_user (username, real_name, comment, sysadmin, password_hash, created_at)
            VALUES
              ('ann', 'A_n', '100%', true, 'x', '2026-01-01T00:00:00Z'),
              ('bob', 'Bob', 'a\\b', false, 'y', '2026-02-01T00:00:00Z'),
              ('carl', 'Axn', '', false, 'z', '2026-03-01T00:00:00Z'),
              ('~dora', 'o''Hara', '', false, 'z', '2026-03-01T00:00:00Z')
            """));
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static ListColumns columns() {
    return ListColumns.orderedBy("username", "id")
        .number("id", "id")
        .text("username", "username")
        .text("realname", "real_name")
        .text("comment", "comment")
        .flag("sysadmin_flag", "sysadmin")
        .time("creation_time", "created_at");
  }

  @Test
  void countsOnlyWhereThePageDoesNotTell() {
    assertThat(part(0, 3)).isEqualTo(new Slice<>(List.of("ann", "bob", "carl"), 99));
    assertThat(part(2, 3)).isEqualTo(new Slice<>(List.of("carl", "~dora"), 4));
    assertThat(part(0, 4)).isEqualTo(new Slice<>(List.of("ann", "bob", "carl", "~dora"), 4));
    assertThat(part(4, 4)).isEqualTo(new Slice<>(List.of(), 99));
  }

  private static Slice<String> part(int offset, int limit) {
    return Await.value(
        columns()
            .slice(
                database,
                "SELECT username FROM app_user",
                "SELECT 99 + 0 * count(*) AS n FROM app_user",
                new Conditions().and("deleted_at IS NULL"),
                new ListRequest(List.of(), List.of(), offset, limit),
                row -> Rows.text(row, "username")));
  }

  private static Slice<String> list(String query, String sort) {
    return Await.value(
        columns()
            .slice(
                database,
                "SELECT username FROM app_user",
                "SELECT count(*) AS n FROM app_user",
                new Conditions().and("deleted_at IS NULL").and("id >= ?", 1L),
                new ListRequest(QueryParser.conditions(query), QueryParser.orders(sort), 0, 10),
                row -> Rows.text(row, "username")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "username=ann            | ann",
        "UserName=ann            | ann",
        "username=~NN            | ann",
        "realname=~a_n           | ann",
        "comment=~%              | ann",
        "comment=~\\             | bob",
        "realname=~'             | ~dora",
        "username=\\~dora        | ~dora",
        "id=[2~3]                | bob carl",
        "id=[~1]                 | ann",
        "id=[4~]                 | ~dora",
        "id={1 3}                | ann carl",
        "id=(1 1)                | ann",
        "username={'ann' bob}    | ann bob",
        "sysadmin_flag=true      | ann",
        "sysadmin_flag=0         | bob carl ~dora",
        "creation_time=[2026-01-15T00:00:00~2026-02-15] | bob",
        "nothing=1               | ann bob carl ~dora",
        "username=ann,id=2       | ``",
      })
  void filters(String query, String names) {
    Slice<String> found = list(query, "");

    assertThat(found.elements())
        .containsExactlyElementsOf(names.isEmpty() ? List.of() : List.of(names.split(" ", -1)));
    assertThat(found.total()).isEqualTo(found.elements().size());
  }

  @Test
  void ordersByDeclaredColumnsAndTheKey() {
    assertThat(list("", "-creation_time").elements())
        .containsExactly("~dora", "carl", "bob", "ann");
    assertThat(list("", "-username,nothing").elements())
        .containsExactly("~dora", "carl", "bob", "ann");
    assertThat(columns().orderBy(QueryParser.orders("-creation_time")))
        .isEqualTo(" ORDER BY created_at DESC, id DESC");
    assertThat(columns().orderBy(QueryParser.orders("creation_time,-id")))
        .isEqualTo(" ORDER BY created_at, id DESC");
    assertThat(columns().orderBy(List.of())).isEqualTo(" ORDER BY username");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "username=x' OR '1'='1",
        "username=x'; DROP TABLE app_user; --",
        "username=~x' OR 1=1 --",
        "1=1 OR id=1",
        "username={\"x') OR ('1'='1\"}",
        "id) OR (1=1"
      })
  void takesSqlForWhatItIs(String query) {
    assertThat(list(query, "").elements().size()).isIn(0, 4);
    assertThat(list("", "").total()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password_hash=~x",
        "PasswordHash={x}",
        "password=x",
        "salt=[a~b]",
        "owner__password__icontains=x",
        "id=one",
        "id=9223372036854775808",
        "id=~1",
        "id={1 two}",
        "sysadmin_flag=maybe",
        "creation_time=[yesterday~]",
        "creation_time=[+999999999-01-01T00:00:00~]",
        "username=a\u0000b"
      })
  void refusesSecretsAndValuesThatAreNone(String query) {
    assertThatThrownBy(() -> list(query, ""))
        .isInstanceOfSatisfying(
            RegistryException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.BAD_REQUEST));
  }

  @Test
  void refusesToOrderBySecrets() {
    assertThatThrownBy(() -> list("", "-password_hash"))
        .hasMessageContaining("possible are id, username, realname");
  }
}
