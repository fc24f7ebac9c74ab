package dev.breakwater.core.manifest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import java.util.List;

/**
 * The last pushes of this replica: a hint that the same push once more will change nothing, and no
 * more than that.
 */
final class RecentPushes {
  private static final int MAX_SIZE = 20_000;

  private final Cache<Push, Boolean> pushes = Caffeine.newBuilder().maximumSize(MAX_SIZE).build();

  void add(RepositoryName repository, Digest digest, List<Tag> tags) {
    pushes.put(new Push(repository, digest, tags), true);
  }

  boolean contains(RepositoryName repository, Digest digest, List<Tag> tags) {
    return pushes.getIfPresent(new Push(repository, digest, tags)) != null;
  }

  private record Push(RepositoryName repository, Digest digest, List<Tag> tags) {}
}
