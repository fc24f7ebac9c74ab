package dev.breakwater.storage.sql.expiry;

import dev.breakwater.core.expiry.ExpiryRule;
import dev.breakwater.core.expiry.ExpiryRuleRepository;
import dev.breakwater.core.expiry.ExpiryRules;
import dev.breakwater.core.manifest.Lifetime;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.selector.Doublestar;
import dev.breakwater.core.selector.RepositorySelector;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import reactor.core.publisher.Mono;

/** Expiry rules as rows. */
public final class PgExpiryRuleRepository implements ExpiryRuleRepository {
  static final String SELECT =
      """
      SELECT id, disabled, repository_excluding, repository_pattern, tag_excluding, tag_pattern,
             expires_after
      FROM expiry_rule\
      """;
  static final String COUNT = "SELECT count(*) AS n FROM expiry_rule";
  static final String ALL = SELECT + " WHERE project_id = $1 ORDER BY id LIMIT 100";
  static final String ENABLED =
      SELECT + " WHERE project_id = $1 AND NOT disabled ORDER BY id LIMIT 100";
  static final String FIND = SELECT + " WHERE project_id = $1 AND id = $2";

  /** Pushes refer to the project and are not held up. */
  static final String LOCK = "SELECT id FROM project WHERE id = $1 FOR NO KEY UPDATE";

  static final String CREATE =
      """
      INSERT INTO expiry_rule
        (project_id, disabled, repository_excluding, repository_pattern, tag_excluding,
         tag_pattern, expires_after)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      RETURNING id
      """;
  static final String UPDATE =
      """
      UPDATE expiry_rule
      SET disabled = $2, repository_excluding = $3, repository_pattern = $4, tag_excluding = $5,
          tag_pattern = $6, expires_after = $7, updated_at = now()
      WHERE project_id = $1 AND id = $8
      """;
  static final String DELETE = "DELETE FROM expiry_rule WHERE project_id = $1 AND id = $2";
  static final ListColumns COLUMNS =
      ListColumns.orderedBy("id", "id").number("id", "id").flag("disabled", "disabled");

  private final Database database;

  public PgExpiryRuleRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<ExpiryRules> rulesOf(long projectId) {
    return database.many(ENABLED, PgExpiryRuleRepository::rule, projectId).map(ExpiryRules::new);
  }

  @Override
  public Mono<Slice<ExpiryRule>> list(long projectId, ListRequest request) {
    return COLUMNS.slice(
        database, SELECT, COUNT, scope(projectId), request, PgExpiryRuleRepository::rule);
  }

  static Conditions scope(long projectId) {
    return new Conditions().and("project_id = ?", projectId);
  }

  @Override
  public Mono<ExpiryRule> find(long projectId, long id) {
    return database.one(FIND, PgExpiryRuleRepository::rule, projectId, id);
  }

  @Override
  public Mono<ExpiryRules> lock(Tx tx, long projectId) {
    return database
        .in(tx)
        .one(LOCK, row -> Rows.number(row, "id"), projectId)
        .then(Mono.defer(() -> database.in(tx).many(ALL, PgExpiryRuleRepository::rule, projectId)))
        .map(ExpiryRules::new);
  }

  @Override
  public Mono<Long> create(Tx tx, long projectId, ExpiryRule rule) {
    return database
        .in(tx)
        .one(
            CREATE,
            row -> Rows.number(row, "id"),
            projectId,
            rule.disabled(),
            rule.repositories().excluding(),
            rule.repositories().pattern().toString(),
            rule.excluding(),
            rule.tags().toString(),
            rule.lifetime().text());
  }

  @Override
  public Mono<Boolean> update(Tx tx, long projectId, ExpiryRule rule) {
    return database
        .in(tx)
        .update(
            UPDATE,
            projectId,
            rule.disabled(),
            rule.repositories().excluding(),
            rule.repositories().pattern().toString(),
            rule.excluding(),
            rule.tags().toString(),
            rule.lifetime().text(),
            rule.id())
        .map(count -> count > 0);
  }

  @Override
  public Mono<Boolean> delete(Tx tx, long projectId, long id) {
    return database.in(tx).update(DELETE, projectId, id).map(count -> count > 0);
  }

  private static ExpiryRule rule(Readable row) {
    return new ExpiryRule(
        Rows.number(row, "id"),
        Rows.flag(row, "disabled"),
        new RepositorySelector(
            Rows.flag(row, "repository_excluding"),
            Doublestar.parse(Rows.text(row, "repository_pattern"))),
        Rows.flag(row, "tag_excluding"),
        Doublestar.parse(Rows.text(row, "tag_pattern")),
        Lifetime.parse(Rows.text(row, "expires_after")));
  }
}
