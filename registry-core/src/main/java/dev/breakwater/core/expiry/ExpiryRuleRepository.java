package dev.breakwater.core.expiry;

import dev.breakwater.core.rule.TagRuleRepository;
import reactor.core.publisher.Mono;

/** The rows of expiry rules. */
public interface ExpiryRuleRepository extends TagRuleRepository<ExpiryRule> {
  /** All rules of a project that are not disabled. */
  Mono<ExpiryRules> rulesOf(long projectId);
}
