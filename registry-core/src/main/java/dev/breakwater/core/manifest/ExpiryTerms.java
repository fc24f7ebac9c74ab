package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** How long the artifacts of a project live, by their tags. */
@FunctionalInterface
public interface ExpiryTerms {
  /** That every artifact lives on. */
  ExpiryTerms NONE = (_, _) -> Optional.empty();

  /** How long an artifact with this tag lives; empty: nothing is said of the tag. */
  Optional<Lifetime> of(RepositoryName repository, Tag tag);

  /**
   * When an artifact ends that has these tags since then: with the last of them. Empty: never, for
   * one of its tags may stay, or it has none.
   */
  default Optional<Instant> end(RepositoryName repository, Map<Tag, Instant> tags) {
    Instant last = Instant.MIN;
    for (Map.Entry<Tag, Instant> tag : tags.entrySet()) {
      Optional<Lifetime> lifetime = of(repository, tag.getKey());
      if (lifetime.isEmpty()) {
        return Optional.empty();
      }
      Instant end = lifetime.get().after(tag.getValue());
      last = end.isAfter(last) ? end : last;
    }
    return tags.isEmpty() ? Optional.empty() : Optional.of(last);
  }
}
