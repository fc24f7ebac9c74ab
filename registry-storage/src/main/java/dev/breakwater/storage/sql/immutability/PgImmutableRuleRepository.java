package dev.breakwater.storage.sql.immutability;

import dev.breakwater.core.immutability.ImmutabilityRules;
import dev.breakwater.core.immutability.ImmutableRule;
import dev.breakwater.core.immutability.ImmutableRuleRepository;
import dev.breakwater.core.selector.Doublestar;
import dev.breakwater.core.selector.TagSelector;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.rule.PgTagRuleRepository;
import dev.breakwater.storage.sql.rule.TagRuleStatements;
import io.r2dbc.spi.Readable;
import reactor.core.publisher.Mono;

/** Immutable tag rules as rows. */
public final class PgImmutableRuleRepository extends PgTagRuleRepository<ImmutableRule>
    implements ImmutableRuleRepository {
  static final TagRuleStatements STATEMENTS =
      TagRuleStatements.of("immutable_rule", "tag_untagged");

  public PgImmutableRuleRepository(Database database) {
    super(database, STATEMENTS);
  }

  @Override
  public Mono<ImmutabilityRules> rulesOf(Tx tx, long projectId) {
    return database
        .in(tx)
        .many(STATEMENTS.enabled(), this::rule, projectId)
        .map(ImmutabilityRules::new);
  }

  @Override
  protected Object own(ImmutableRule rule) {
    return rule.tags().untagged();
  }

  @Override
  protected ImmutableRule rule(Readable row) {
    return new ImmutableRule(
        Rows.number(row, "id"),
        Rows.flag(row, "disabled"),
        repositories(row),
        new TagSelector(
            Rows.flag(row, "tag_excluding"),
            Doublestar.parse(Rows.text(row, "tag_pattern")),
            Rows.flag(row, "tag_untagged")));
  }
}
