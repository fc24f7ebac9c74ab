package dev.breakwater.core.immutability;

import dev.breakwater.core.rule.TagRuleRepository;
import dev.breakwater.core.transaction.Tx;
import reactor.core.publisher.Mono;

/** The rows of immutable tag rules. */
public interface ImmutableRuleRepository extends TagRuleRepository<ImmutableRule> {
  /** All rules of a project that are not disabled, as they are at this moment. */
  Mono<ImmutabilityRules> rulesOf(Tx tx, long projectId);
}
