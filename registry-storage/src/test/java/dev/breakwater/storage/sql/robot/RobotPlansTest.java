package dev.breakwater.storage.sql.robot;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.query.Conditions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Log-ins and lists cost the same however many robots there are. */
final class RobotPlansTest {
  private static final Database database = TestDatabase.migrated();

  @BeforeAll
  static void fill() {
    Await.done(
        database.update(
            """
            INSERT INTO project (name, is_public)
            SELECT 'project' || n, false FROM generate_series(1, 20000) n
            """));
    Await.done(
        database.update(
            """
            INSERT INTO robot (name, project_id, secret_hash, duration_days, creator_kind, creator_id)
            SELECT 'robot' || n, CASE WHEN n % 2 = 0 THEN 1 END, '$hash', -1, 'local', 1
            FROM generate_series(1, 20000) n
            """));
    Await.done(
        database.update(
            """
            INSERT INTO robot_permission (robot_id, position, scope, project_id, access)
            SELECT id, 0, 'project', 1, '{repository:pull}' FROM robot
            """));
    Await.done(database.update("VACUUM ANALYZE"));
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void logsInByOneIndexedStatement() {
    Plan.of(database, PgRobotRepository.FIND_BY_NAME, "robot7")
        .readsByIndex()
        .uses("robot_name")
        .uses("robot_permission_pkey");
    Plan.of(database, PgRobotRepository.FIND, 7L).readsByIndex().uses("robot_pkey");
  }

  @Test
  void listsAPageInOrder() {
    for (Optional<Long> project : List.of(Optional.<Long>empty(), Optional.of(1L))) {
      Conditions owner = PgRobotRepository.owner(project);
      Plan.of(
              database,
              PgRobotRepository.COLUMNS.page(
                  PgRobotRepository.SELECT, owner, ListRequest.all(0, 10)),
              owner.parameters(0, 10))
          .readsByIndex();
    }
  }
}
