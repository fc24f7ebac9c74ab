package dev.breakwater.core.immutability;

import dev.breakwater.core.manifest.TagRules;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import java.util.List;

/** The rules of a project: a tag is protected if one of them says so. */
public record ImmutabilityRules(List<ImmutableRule> rules) implements TagRules {
  public ImmutabilityRules {
    rules = List.copyOf(rules);
  }

  @Override
  public boolean protects(RepositoryName repository, Tag tag) {
    return rules.stream().anyMatch(rule -> rule.appliesTo(repository, tag));
  }
}
