package dev.breakwater.core.project;

import java.util.Map;

/**
 * A project about to get a row.
 *
 * @param metadata everything but {@code public}
 * @param storageLimit in bytes; {@value #UNLIMITED}: none; {@value #BY_DEFAULT}: what the system
 *     gives
 */
public record NewProject(
    ProjectName name, boolean isPublic, Map<MetadataItem, String> metadata, long storageLimit) {
  public static final long UNLIMITED = -1;
  public static final long BY_DEFAULT = 0;

  public NewProject {
    metadata = Map.copyOf(metadata);
  }

  /** The same one with a limit of its own. */
  NewProject limitedTo(long limit) {
    return new NewProject(name, isPublic, metadata, limit);
  }
}
