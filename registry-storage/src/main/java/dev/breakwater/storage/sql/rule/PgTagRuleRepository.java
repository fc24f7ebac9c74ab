package dev.breakwater.storage.sql.rule;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.rule.TagRule;
import dev.breakwater.core.rule.TagRuleRepository;
import dev.breakwater.core.selector.Doublestar;
import dev.breakwater.core.selector.RepositorySelector;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import java.util.List;
import reactor.core.publisher.Mono;

/** What all tables of rules have in common. */
public abstract class PgTagRuleRepository<R extends TagRule> implements TagRuleRepository<R> {
  protected static final ListColumns COLUMNS =
      ListColumns.orderedBy("id", "id").number("id", "id").flag("disabled", "disabled");

  protected final Database database;
  private final TagRuleStatements statements;

  protected PgTagRuleRepository(Database database, TagRuleStatements statements) {
    this.database = database;
    this.statements = statements;
  }

  /** The value of the column that no other table has. */
  protected abstract Object own(R rule);

  /** A row with all columns. */
  protected abstract R rule(Readable row);

  protected static Conditions scope(long projectId) {
    return new Conditions().and("project_id = ?", projectId);
  }

  @Override
  public Mono<Slice<R>> list(long projectId, ListRequest request) {
    return COLUMNS.slice(
        database, statements.select(), statements.count(), scope(projectId), request, this::rule);
  }

  @Override
  public Mono<R> find(long projectId, long id) {
    return database.one(statements.find(), this::rule, projectId, id);
  }

  @Override
  public Mono<List<R>> lock(Tx tx, long projectId) {
    return database
        .in(tx)
        .one(TagRuleStatements.LOCK, row -> Rows.number(row, "id"), projectId)
        .then(Mono.defer(() -> database.in(tx).many(statements.all(), this::rule, projectId)));
  }

  @Override
  public Mono<Long> create(Tx tx, long projectId, R rule) {
    return database
        .in(tx)
        .one(
            statements.create(),
            row -> Rows.number(row, "id"),
            projectId,
            rule.disabled(),
            rule.repositories().excluding(),
            rule.repositories().pattern().toString(),
            rule.tags().excluding(),
            rule.tags().pattern().toString(),
            own(rule));
  }

  @Override
  public Mono<Boolean> update(Tx tx, long projectId, R rule) {
    return database
        .in(tx)
        .update(
            statements.update(),
            projectId,
            rule.disabled(),
            rule.repositories().excluding(),
            rule.repositories().pattern().toString(),
            rule.tags().excluding(),
            rule.tags().pattern().toString(),
            own(rule),
            rule.id())
        .map(count -> count > 0);
  }

  @Override
  public Mono<Boolean> delete(Tx tx, long projectId, long id) {
    return database.in(tx).update(statements.delete(), projectId, id).map(count -> count > 0);
  }

  protected static RepositorySelector repositories(Readable row) {
    return new RepositorySelector(
        Rows.flag(row, "repository_excluding"),
        Doublestar.parse(Rows.text(row, "repository_pattern")));
  }
}
