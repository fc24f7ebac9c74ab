package dev.breakwater.storage.sql.expiry;

import dev.breakwater.core.expiry.ExpiryRule;
import dev.breakwater.core.expiry.ExpiryRuleRepository;
import dev.breakwater.core.expiry.ExpiryRules;
import dev.breakwater.core.manifest.Lifetime;
import dev.breakwater.core.selector.Doublestar;
import dev.breakwater.core.selector.TagSelector;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.rule.PgTagRuleRepository;
import dev.breakwater.storage.sql.rule.TagRuleStatements;
import io.r2dbc.spi.Readable;
import reactor.core.publisher.Mono;

/** Expiry rules as rows. */
public final class PgExpiryRuleRepository extends PgTagRuleRepository<ExpiryRule>
    implements ExpiryRuleRepository {
  static final TagRuleStatements STATEMENTS = TagRuleStatements.of("expiry_rule", "expires_after");

  public PgExpiryRuleRepository(Database database) {
    super(database, STATEMENTS);
  }

  @Override
  public Mono<ExpiryRules> rulesOf(long projectId) {
    return database.many(STATEMENTS.enabled(), this::rule, projectId).map(ExpiryRules::new);
  }

  @Override
  protected Object own(ExpiryRule rule) {
    return rule.lifetime().text();
  }

  @Override
  protected ExpiryRule rule(Readable row) {
    return new ExpiryRule(
        Rows.number(row, "id"),
        Rows.flag(row, "disabled"),
        repositories(row),
        new TagSelector(
            Rows.flag(row, "tag_excluding"),
            Doublestar.parse(Rows.text(row, "tag_pattern")),
            false),
        Lifetime.parse(Rows.text(row, "expires_after")));
  }
}
