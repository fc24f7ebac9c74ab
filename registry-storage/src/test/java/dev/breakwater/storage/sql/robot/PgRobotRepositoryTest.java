package dev.breakwater.storage.sql.robot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Order;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.robot.NewRobot;
import dev.breakwater.core.robot.Robot;
import dev.breakwater.core.robot.RobotBlock;
import dev.breakwater.core.robot.RobotCreator;
import dev.breakwater.core.robot.RobotScope;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.TestDatabase;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

final class PgRobotRepositoryTest {
  private static final Permission PULL = Permission.of(Resource.REPOSITORY, Verb.PULL);
  private static final Permission LIST = Permission.of(Resource.ROBOT, Verb.LIST);

  private final Database database = TestDatabase.migrated();
  private final PgRobotRepository robots = new PgRobotRepository(database);

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void keepsWhatARobotMayDoInItsOrder() {
    Robot made = create("ci", List.of(system(), library()));

    assertThat(Await.value(robots.find(made.id()))).isEqualTo(made);
    assertThat(made.blocks()).containsExactly(system(), library());
    assertThat(made.access().allows(1, PULL)).isTrue();
    assertThat(made.access().system()).containsExactly(LIST);
    assertThat(Await.value(robots.findCredentials("ci")).secretHash()).isEqualTo("$hash");
    assertThat(Await.value(robots.findCredentials(made.id())).robot()).isEqualTo(made);
    StepVerifier.create(robots.findCredentials("CI")).verifyComplete();
    StepVerifier.create(robots.findCredentials("\0")).verifyComplete();
  }

  @Test
  void replacesWhatItMayDo() {
    Robot made = create("ci", List.of(system(), library()));

    Await.value(
        database.inTx(tx ->
            robots.update(tx, made.id(), "new", true, 7, Optional.empty(), List.of(library()))));

    Robot changed = Await.value(robots.find(made.id()));
    assertThat(changed.blocks()).containsExactly(library());
    assertThat(changed.disabled()).isTrue();
    assertThat(changed.description()).isEqualTo("new");
  }

  @Test
  void refusesANameThatIsTaken() {
    create("ci", List.of(library()));

    StepVerifier.create(database.inTx(tx -> robots.create(tx, robot("ci", List.of(library())))))
        .expectErrorSatisfies(
            error -> assertThat(((RegistryException) error).code()).isEqualTo(ErrorCode.CONFLICT))
        .verify();
  }

  @Test
  void loosesTheRightsInAProjectThatIsDeleted() {
    Await.done(database.update("INSERT INTO project (name, is_public) VALUES ('gone', false)"));
    Robot made =
        create(
            "ci",
            List.of(
                library(),
                new RobotBlock(
                    new RobotScope.OneProject(2, "gone"), new LinkedHashSet<>(List.of(PULL)))));
    assertThat(made.access().allows(2, PULL)).isTrue();

    Await.done(database.update("DELETE FROM project WHERE name = 'gone'"));

    assertThat(Await.value(robots.find(made.id())).blocks()).containsExactly(library());
  }

  @Test
  void listsThoseOfTheSystemByName() {
    create("b", List.of(library()));
    create("a", List.of(library()));

    Slice<Robot> found =
        Await.value(
            robots.list(
                Optional.empty(),
                new ListRequest(List.of(), List.of(new Order("name", false)), 0, 10)));

    assertThat(found.total()).isEqualTo(2);
    assertThat(found.elements()).extracting(Robot::name).containsExactly("a", "b");
    assertThat(Await.value(robots.list(Optional.of(1L), ListRequest.all(0, 10))).total()).isZero();
  }

  private static RobotBlock system() {
    return new RobotBlock(new RobotScope.System(), new LinkedHashSet<>(List.of(LIST)));
  }

  private static RobotBlock library() {
    return new RobotBlock(
        new RobotScope.OneProject(1, "library"), new LinkedHashSet<>(List.of(PULL)));
  }

  private Robot create(String name, List<RobotBlock> blocks) {
    return Await.value(database.inTx(tx -> robots.create(tx, robot(name, blocks))));
  }

  private static NewRobot robot(String name, List<RobotBlock> blocks) {
    return new NewRobot(
        name,
        Optional.empty(),
        "for tests",
        30,
        Optional.empty(),
        false,
        new RobotCreator(RobotCreator.Kind.LOCAL, 1),
        blocks,
        "$hash");
  }
}
