package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;

/** Which tags of a project may neither move nor go. */
@FunctionalInterface
public interface TagRules {
  /** Whether the tag, once it is there, stays as it is. */
  boolean protects(RepositoryName repository, Tag tag);
}
