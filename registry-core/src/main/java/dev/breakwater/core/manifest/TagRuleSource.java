package dev.breakwater.core.manifest;

import dev.breakwater.core.transaction.Tx;
import reactor.core.publisher.Mono;

/** Where the rules of a project's tags are kept. */
@FunctionalInterface
public interface TagRuleSource {
  /** The rules as they are now: read in the transaction of the change that they may forbid. */
  Mono<TagRules> rulesOf(Tx tx, long projectId);
}
