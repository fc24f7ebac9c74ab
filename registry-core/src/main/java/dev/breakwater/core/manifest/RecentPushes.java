package dev.breakwater.core.manifest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import java.util.List;

/**
 * The last pushes of this replica: a hint that the same push once more will change nothing, and
 * that one under another tag will change little; no more than that.
 */
final class RecentPushes {
  private static final int MAX_SIZE = 20_000;

  private final Cache<Push, Boolean> pushes = Caffeine.newBuilder().maximumSize(MAX_SIZE).build();
  private final Cache<Tagged, Boolean> tagged = Caffeine.newBuilder().maximumSize(MAX_SIZE).build();

  void add(RepositoryName repository, Digest digest, List<Tag> tags) {
    pushes.put(new Push(repository, digest, tags), true);
    if (!tags.isEmpty()) {
      tagged.put(new Tagged(repository, digest), true);
    }
  }

  boolean contains(RepositoryName repository, Digest digest, List<Tag> tags) {
    return pushes.getIfPresent(new Push(repository, digest, tags)) != null;
  }

  /** Whether the manifest got a tag, whichever. */
  boolean containsTagged(RepositoryName repository, Digest digest) {
    return tagged.getIfPresent(new Tagged(repository, digest)) != null;
  }

  private record Tagged(RepositoryName repository, Digest digest) {}

  private record Push(RepositoryName repository, Digest digest, List<Tag> tags) {}
}
