package dev.breakwater.core.project;

import dev.breakwater.core.access.Role;
import java.util.Map;
import java.util.Set;

/**
 * A project as somebody sees it.
 *
 * @param metadata everything but {@code public}
 * @param roles which roles they have in it
 */
public record ProjectDetails(Project project, Map<MetadataItem, String> metadata, Set<Role> roles) {
  public ProjectDetails {
    metadata = Map.copyOf(metadata);
    roles = Set.copyOf(roles);
  }
}
