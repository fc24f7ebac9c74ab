package dev.breakwater.storage.sql.immutability;

import dev.breakwater.core.immutability.ImmutabilityRules;
import dev.breakwater.core.immutability.ImmutableRule;
import dev.breakwater.core.immutability.ImmutableRuleRepository;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.selector.Doublestar;
import dev.breakwater.core.selector.RepositorySelector;
import dev.breakwater.core.selector.TagSelector;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import reactor.core.publisher.Mono;

/** Immutable tag rules as rows. */
public final class PgImmutableRuleRepository implements ImmutableRuleRepository {
  static final String SELECT =
      """
      SELECT id, disabled, repository_excluding, repository_pattern, tag_excluding, tag_pattern,
             tag_untagged
      FROM immutable_rule\
      """;

  static final String COUNT = "SELECT count(*) AS n FROM immutable_rule";
  static final String ALL = SELECT + " WHERE project_id = $1 ORDER BY id LIMIT 100";
  static final String ENABLED =
      SELECT + " WHERE project_id = $1 AND NOT disabled ORDER BY id LIMIT 100";

  /** Pushes refer to the project and are not held up. */
  static final String LOCK = "SELECT id FROM project WHERE id = $1 FOR NO KEY UPDATE";

  static final String CREATE =
      """
      INSERT INTO immutable_rule
        (project_id, disabled, repository_excluding, repository_pattern, tag_excluding,
         tag_pattern, tag_untagged)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      RETURNING id
      """;

  static final String UPDATE =
      """
      UPDATE immutable_rule
      SET disabled = $2, repository_excluding = $3, repository_pattern = $4, tag_excluding = $5,
          tag_pattern = $6, tag_untagged = $7, updated_at = now()
      WHERE project_id = $1 AND id = $8
      """;

  static final String DELETE = "DELETE FROM immutable_rule WHERE project_id = $1 AND id = $2";

  static final ListColumns COLUMNS =
      ListColumns.orderedBy("id", "id").number("id", "id").flag("disabled", "disabled");

  private final Database database;

  public PgImmutableRuleRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<ImmutabilityRules> rulesOf(Tx tx, long projectId) {
    return database
        .in(tx)
        .many(ENABLED, PgImmutableRuleRepository::rule, projectId)
        .map(ImmutabilityRules::new);
  }

  @Override
  public Mono<Slice<ImmutableRule>> list(long projectId, ListRequest request) {
    return COLUMNS.slice(
        database, SELECT, COUNT, scope(projectId), request, PgImmutableRuleRepository::rule);
  }

  static Conditions scope(long projectId) {
    return new Conditions().and("project_id = ?", projectId);
  }

  @Override
  public Mono<ImmutabilityRules> lock(Tx tx, long projectId) {
    return database
        .in(tx)
        .one(LOCK, row -> Rows.number(row, "id"), projectId)
        .then(
            Mono.defer(() -> database.in(tx).many(ALL, PgImmutableRuleRepository::rule, projectId)))
        .map(ImmutabilityRules::new);
  }

  @Override
  public Mono<Long> create(Tx tx, long projectId, ImmutableRule rule) {
    return database
        .in(tx)
        .one(
            CREATE,
            row -> Rows.number(row, "id"),
            projectId,
            rule.disabled(),
            rule.repositories().excluding(),
            rule.repositories().pattern().toString(),
            rule.tags().excluding(),
            rule.tags().pattern().toString(),
            rule.tags().untagged());
  }

  @Override
  public Mono<Boolean> update(Tx tx, long projectId, ImmutableRule rule) {
    return database
        .in(tx)
        .update(
            UPDATE,
            projectId,
            rule.disabled(),
            rule.repositories().excluding(),
            rule.repositories().pattern().toString(),
            rule.tags().excluding(),
            rule.tags().pattern().toString(),
            rule.tags().untagged(),
            rule.id())
        .map(count -> count > 0);
  }

  @Override
  public Mono<Boolean> delete(Tx tx, long projectId, long id) {
    return database.in(tx).update(DELETE, projectId, id).map(count -> count > 0);
  }

  private static ImmutableRule rule(Readable row) {
    return new ImmutableRule(
        Rows.number(row, "id"),
        Rows.flag(row, "disabled"),
        new RepositorySelector(
            Rows.flag(row, "repository_excluding"),
            Doublestar.parse(Rows.text(row, "repository_pattern"))),
        new TagSelector(
            Rows.flag(row, "tag_excluding"),
            Doublestar.parse(Rows.text(row, "tag_pattern")),
            Rows.flag(row, "tag_untagged")));
  }
}
