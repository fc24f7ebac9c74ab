package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.project.Project;
import java.util.List;

/**
 * A manifest as a client sent it, read and found to be sound.
 *
 * @param tags which are to point to it; may be empty
 */
record ReceivedManifest(
    Project project,
    RepositoryName repository,
    StoredManifest manifest,
    ManifestDocument document,
    List<Tag> tags) {
  ReceivedManifest {
    tags = List.copyOf(tags);
  }
}
