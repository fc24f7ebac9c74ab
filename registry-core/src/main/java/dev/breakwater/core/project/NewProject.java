package dev.breakwater.core.project;

import java.util.Map;

/**
 * A project about to get a row.
 *
 * @param metadata everything but {@code public}
 * @param storageLimit in bytes; {@value #UNLIMITED}: none
 */
public record NewProject(
    ProjectName name, boolean isPublic, Map<MetadataItem, String> metadata, long storageLimit) {
  public static final long UNLIMITED = -1;

  public NewProject {
    metadata = Map.copyOf(metadata);
  }
}
