package dev.breakwater.core.expiry;

import dev.breakwater.core.access.Resource;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.manifest.Lifetime;
import dev.breakwater.core.rule.TagRule;
import dev.breakwater.core.rule.TagRuleKind;
import dev.breakwater.core.selector.RepositorySelector;
import dev.breakwater.core.selector.TagSelector;

/**
 * Lets artifacts end.
 *
 * @param repositories in which repositories of the project
 * @param tags which tags; untagged artifacts have no rule: they go with garbage collection
 * @param lifetime how long the artifact lives after it got the tag
 */
public record ExpiryRule(
    long id, boolean disabled, RepositorySelector repositories, TagSelector tags, Lifetime lifetime)
    implements TagRule {
  /** Whoever may set up retention may set them up. */
  public static final TagRuleKind KIND =
      new TagRuleKind(
          "expiry rule",
          Resource.TAG_RETENTION,
          EventType.CREATE_EXPIRY_RULE,
          EventType.UPDATE_EXPIRY_RULE,
          EventType.DELETE_EXPIRY_RULE);

  public ExpiryRule {
    tags = new TagSelector(tags.excluding(), tags.pattern(), false);
  }
}
