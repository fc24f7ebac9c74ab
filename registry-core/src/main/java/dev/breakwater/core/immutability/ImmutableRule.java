package dev.breakwater.core.immutability;

import dev.breakwater.core.access.Resource;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.rule.TagRule;
import dev.breakwater.core.rule.TagRuleKind;
import dev.breakwater.core.selector.RepositorySelector;
import dev.breakwater.core.selector.TagSelector;

/**
 * Protects tags, once they are there.
 *
 * @param repositories in which repositories of the project
 * @param tags which tags; untagged artifacts have none
 */
public record ImmutableRule(
    long id, boolean disabled, RepositorySelector repositories, TagSelector tags)
    implements TagRule {
  public static final TagRuleKind KIND =
      new TagRuleKind(
          "immutable tag rule",
          Resource.IMMUTABLE_TAG,
          EventType.CREATE_IMMUTABLE_RULE,
          EventType.UPDATE_IMMUTABLE_RULE,
          EventType.DELETE_IMMUTABLE_RULE);
}
