package dev.breakwater.core.artifact;

import dev.breakwater.core.label.Label;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A manifest with what is known of it.
 *
 * @param repositoryName the whole name, project included
 * @param type such as {@code IMAGE}
 * @param mediaType the manifest's
 * @param configType the config's media type; empty if there is no config
 * @param artifactType what the manifest says, else the config's media type; may be empty
 * @param size of the manifest and of all that it names, each once, in bytes
 * @param extraAttributes what the config says, a JSON object as text
 * @param annotations a JSON object as text
 * @param icon the digest of the picture that it brought along
 * @param details what was asked for beside it
 */
public record Artifact(
    long id,
    long projectId,
    long repositoryId,
    String repositoryName,
    String digest,
    String type,
    String mediaType,
    String configType,
    String artifactType,
    long size,
    Instant pushedAt,
    Optional<Instant> pulledAt,
    Optional<Instant> expiresAt,
    String extraAttributes,
    String annotations,
    Optional<String> icon,
    Details details) {
  /** The same one with more details. */
  public Artifact with(Details found) {
    return new Artifact(
        id,
        projectId,
        repositoryId,
        repositoryName,
        digest,
        type,
        mediaType,
        configType,
        artifactType,
        size,
        pushedAt,
        pulledAt,
        expiresAt,
        extraAttributes,
        annotations,
        icon,
        found);
  }

  /**
   * What is read beside artifacts; each is empty as well when it was not asked for.
   *
   * @param inherited the signatures of the indexes that name it
   * @param references what an index names
   */
  public record Details(
      List<ArtifactTag> tags,
      List<ArtifactAccessory> accessories,
      List<ArtifactAccessory> inherited,
      List<ChildReference> references,
      List<Label> labels) {
    public static final Details NONE =
        new Details(List.of(), List.of(), List.of(), List.of(), List.of());

    public Details {
      tags = List.copyOf(tags);
      accessories = List.copyOf(accessories);
      inherited = List.copyOf(inherited);
      references = List.copyOf(references);
      labels = List.copyOf(labels);
    }
  }
}
