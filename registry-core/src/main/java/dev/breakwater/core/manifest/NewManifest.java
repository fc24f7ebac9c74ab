package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import java.util.List;

/**
 * A manifest that is to be stored.
 *
 * @param projectId the project of the repository
 * @param facts what is kept of it beside the manifest itself
 * @param username who pushes it
 * @param tags which are to point to it afterwards; may be empty
 * @param sparse whether an index may name children that are not here
 */
public record NewManifest(
    RepositoryName repository,
    long projectId,
    StoredManifest manifest,
    ManifestDocument document,
    ArtifactFacts facts,
    String username,
    List<Tag> tags,
    boolean sparse) {
  public NewManifest {
    tags = List.copyOf(tags);
  }
}
