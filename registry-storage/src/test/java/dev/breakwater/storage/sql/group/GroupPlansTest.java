package dev.breakwater.storage.sql.group;

import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class GroupPlansTest {
  private static Database database;

  @BeforeAll
  static void fill() {
    database = TestDatabase.migrated();
    run("INSERT INTO app_user (username) SELECT 'u' || n FROM generate_series(1, 20000) n");
    run(
        """
        INSERT INTO user_group (name, kind, ldap_dn)
        SELECT 'g' || n, n % 3 + 1, CASE WHEN n % 3 = 0 THEN 'cn=g' || n ELSE '' END
        FROM generate_series(1, 20000) n
        """);
    run(
        """
        INSERT INTO user_group_membership (user_id, group_id)
        SELECT n, (n * 7 + k) % 20000 + 1 FROM generate_series(1, 20000) n, generate_series(1, 3) k
        """);
    run("VACUUM ANALYZE");
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void findsAGroupByItsNumberOrItsDistinguishedName() {
    Plan.of(database, PgGroupRepository.FIND, 7L).readsByIndex();
    Plan.of(database, PgGroupRepository.FIND_BY_DN, "cn=g9").readsByIndex();
  }

  @Test
  void listsAPageInTheOrderOfTheIndex() {
    Plan.of(database, PgGroupRepository.LIST, 0, 10).readsByIndex().doesNotSort();
  }

  @Test
  void searchesInTheOrderOfTheIndex() {
    Plan.of(database, PgGroupRepository.SEARCH, "%g%", 0, 10).readsByIndex().doesNotSort();
  }

  @Test
  void findsTheGroupsOfALogIn() {
    Plan.of(database, PgGroupRepository.GROUPS_OF, 7L).readsByIndex();
    Plan.of(
            database,
            PgGroupRepository.FIND_ALL,
            new String[] {"cn=g9", "cn=g12"},
            new Short[] {3, 3},
            new String[] {"g1", "g4"})
        .readsByIndex();
  }

  private static void run(String sql) {
    Await.done(database.update(sql));
  }
}
