package dev.breakwater.storage.sql.robot;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.robot.NewRobot;
import dev.breakwater.core.robot.Robot;
import dev.breakwater.core.robot.RobotBlock;
import dev.breakwater.core.robot.RobotCreator;
import dev.breakwater.core.robot.RobotCredentials;
import dev.breakwater.core.robot.RobotRepository;
import dev.breakwater.core.robot.RobotScope;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SqlErrors;
import dev.breakwater.storage.sql.StorableText;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Robots as rows; what they may do comes with them, in the same statement. */
public final class PgRobotRepository implements RobotRepository {
  static final String SELECT =
      """
      SELECT robot.id, robot.name, robot.project_id, robot.description, robot.secret_hash,
             robot.duration_days, robot.expires_at, robot.disabled, robot.creator_kind,
             robot.creator_id, robot.created_at, robot.updated_at,
             (SELECT coalesce(
                       json_agg(
                         json_build_object(
                           'scope', given.scope, 'project', given.project_id,
                           'name', project.name, 'access', given.access)
                         ORDER BY given.position),
                       '[]')
              FROM robot_permission AS given
              LEFT JOIN project ON project.id = given.project_id
              WHERE given.robot_id = robot.id)::text AS blocks
      FROM robot
      """;
  static final String FIND = SELECT + "WHERE robot.id = $1";
  static final String FIND_BY_NAME = SELECT + "WHERE robot.name = $1";

  static final String COUNT = "SELECT count(*) AS n FROM robot";

  static final ListColumns COLUMNS =
      ListColumns.orderedBy("robot.id", "robot.id")
          .number("id", "robot.id")
          .text("name", "robot.name")
          .text("description", "robot.description")
          .flag("disabled", "robot.disabled")
          .time("creation_time", "robot.created_at")
          .time("update_time", "robot.updated_at");

  static final String INSERT =
      """
      INSERT INTO robot (name, project_id, description, secret_hash, duration_days, expires_at,
                         disabled, creator_kind, creator_id)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      RETURNING id
      """;
  static final String INSERT_BLOCK =
      """
      INSERT INTO robot_permission (robot_id, position, scope, project_id, access)
      VALUES ($1, $2, $3, $4, $5)
      """;
  static final String DELETE_BLOCKS = "DELETE FROM robot_permission WHERE robot_id = $1";
  static final String UPDATE =
      """
      UPDATE robot
      SET description = $2, disabled = $3, duration_days = $4, expires_at = $5, updated_at = now()
      WHERE id = $1
      """;
  static final String CHANGE_SECRET =
      "UPDATE robot SET secret_hash = $2, updated_at = now() WHERE id = $1";
  static final String END_TOKENS = "DELETE FROM refresh_token WHERE robot_id = $1";
  static final String DELETE = "DELETE FROM robot WHERE id = $1";

  private final Database database;

  public PgRobotRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Robot> find(long id) {
    return database.one(FIND, PgRobotRepository::robot, id);
  }

  @Override
  public Mono<RobotCredentials> findCredentials(String name) {
    return StorableText.fits(name)
        ? database.one(FIND_BY_NAME, PgRobotRepository::credentials, name)
        : Mono.empty();
  }

  @Override
  public Mono<RobotCredentials> findCredentials(long id) {
    return database.one(FIND, PgRobotRepository::credentials, id);
  }

  @Override
  public Mono<Slice<Robot>> list(Optional<Long> projectId, ListRequest request) {
    return COLUMNS.slice(
        database, SELECT, COUNT, owner(projectId), request, PgRobotRepository::robot);
  }

  static Conditions owner(Optional<Long> projectId) {
    return projectId
        .map(id -> new Conditions().and("robot.project_id = ?", id))
        .orElseGet(() -> new Conditions().and("robot.project_id IS NULL"));
  }

  @Override
  public Mono<Robot> create(Tx tx, NewRobot robot) {
    return database
        .in(tx)
        .one(
            INSERT,
            row -> Rows.number(row, "id"),
            robot.name(),
            Database.nullable(robot.projectId().orElse(null), Long.class),
            StorableText.require("the description", robot.description()),
            robot.secretHash(),
            robot.days(),
            expiry(robot.expiresAt()),
            robot.disabled(),
            robot.creator().kind().label(),
            robot.creator().id())
        .onErrorMap(
            error -> SqlErrors.isDuplicate(error, "robot_name"),
            error ->
                new RegistryException(
                    ErrorCode.CONFLICT, "robot " + robot.name() + " already exists", error))
        .flatMap(id ->
            insertBlocks(tx, id, robot.blocks())
                .then(Mono.defer(() -> database.in(tx).one(FIND, PgRobotRepository::robot, id))));
  }

  @Override
  public Mono<Boolean> update(
      Tx tx,
      long id,
      String description,
      boolean disabled,
      int days,
      Optional<Instant> expiresAt,
      List<RobotBlock> blocks) {
    return Mono.defer(() ->
            database
                .in(tx)
                .update(
                    UPDATE,
                    id,
                    StorableText.require("the description", description),
                    disabled,
                    days,
                    expiry(expiresAt)))
        .flatMap(count ->
            count == 0
                ? Mono.just(false)
                : database
                    .in(tx)
                    .update(DELETE_BLOCKS, id)
                    .then(Mono.defer(() -> disabled ? endTokens(tx, id) : Mono.just(0L)))
                    .then(Mono.defer(() -> insertBlocks(tx, id, blocks)))
                    .thenReturn(true));
  }

  @Override
  public Mono<Boolean> changeSecret(Tx tx, long id, String secretHash) {
    return database
        .in(tx)
        .update(CHANGE_SECRET, id, secretHash)
        .flatMap(count -> endTokens(tx, id).thenReturn(count > 0));
  }

  @Override
  public Mono<Boolean> delete(Tx tx, long id) {
    return database.in(tx).update(DELETE, id).map(count -> count > 0);
  }

  private Mono<Long> endTokens(Tx tx, long id) {
    return database.in(tx).update(END_TOKENS, id);
  }

  private Mono<Void> insertBlocks(Tx tx, long id, List<RobotBlock> blocks) {
    return Flux.range(0, blocks.size())
        .concatMap(position -> insertBlock(tx, id, position, blocks.get(position)))
        .then();
  }

  private Mono<Long> insertBlock(Tx tx, long id, int position, RobotBlock block) {
    String scope =
        switch (block.scope()) {
          case RobotScope.System _ -> "system";
          case RobotScope.EveryProject _ -> "every_project";
          case RobotScope.OneProject _ -> "project";
        };
    Long project = block.scope() instanceof RobotScope.OneProject one ? one.id() : null;
    return database
        .in(tx)
        .update(
            INSERT_BLOCK,
            id,
            (short) position,
            scope,
            Database.nullable(project, Long.class),
            block.permissions().stream().map(Permission::toString).toArray(String[]::new));
  }

  private static Object expiry(Optional<Instant> expiresAt) {
    return Database.nullable(expiresAt.map(Rows::timestamp).orElse(null), OffsetDateTime.class);
  }

  private static RobotCredentials credentials(Readable row) {
    return new RobotCredentials(robot(row), Rows.text(row, "secret_hash"));
  }

  private static Robot robot(Readable row) {
    return new Robot(
        Rows.number(row, "id"),
        Rows.text(row, "name"),
        Rows.find(row, "project_id", Long.class),
        Rows.text(row, "description"),
        Rows.get(row, "duration_days", Integer.class),
        Rows.findInstant(row, "expires_at"),
        Rows.flag(row, "disabled"),
        new RobotCreator(
            RobotCreator.Kind.valueOf(Rows.text(row, "creator_kind").toUpperCase(Locale.ROOT)),
            Rows.number(row, "creator_id")),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"),
        RobotBlockJson.parse(Rows.text(row, "blocks")));
  }
}
