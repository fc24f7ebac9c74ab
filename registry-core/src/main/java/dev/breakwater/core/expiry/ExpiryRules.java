package dev.breakwater.core.expiry;

import dev.breakwater.core.manifest.ExpiryTerms;
import dev.breakwater.core.manifest.Lifetime;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The rules of a project: of those that speak of a tag, the one with the shortest life counts. */
public record ExpiryRules(List<ExpiryRule> rules) implements ExpiryTerms {
  public ExpiryRules {
    rules = List.copyOf(rules);
  }

  @Override
  public Optional<Lifetime> of(RepositoryName repository, Tag tag) {
    return rules.stream()
        .filter(rule -> rule.appliesTo(repository, tag))
        .map(ExpiryRule::lifetime)
        .min(Comparator.comparing(Lifetime::duration));
  }
}
