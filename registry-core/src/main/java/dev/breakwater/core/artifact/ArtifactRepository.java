package dev.breakwater.core.artifact;

import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Reads manifests as artifacts. */
public interface ArtifactRepository {
  /**
   * One page, usually the latest first, without details. Children of indexes are left out unless a
   * tag points to them or {@code base=*} asks for them, accessories always.
   *
   * <p>Fields: id, digest, repository_name, type, media_type, manifest_media_type, artifact_type,
   * size, push_time, pull_time; and {@code tags}: a name, {@code *} or {@code nil}.
   *
   * @param total how many there are on all pages, as far as is known: few are looked for otherwise
   *     than many
   */
  Mono<List<Artifact>> list(ArtifactScope scope, ListRequest request, long total);

  /** How many there are on all pages. */
  Mono<Long> count(ArtifactScope scope, List<Condition> conditions);

  /** Empty: there is none. Accessories and children are found, too. */
  Mono<Artifact> find(RepositoryName repository, Reference reference);

  /** The tags of these artifacts, by name; at most 1000 of all. */
  Mono<Map<Long, List<ArtifactTag>>> tags(Set<Long> artifactIds);

  /** One page of the tags of an artifact. Fields: id, name, push_time, pull_time. */
  Mono<Slice<ArtifactTag>> tagsOf(long artifactId, ListRequest request);

  /** The accessories of these artifacts, oldest first; at most 1000 of all. */
  Mono<Map<Long, List<ArtifactAccessory>>> accessories(Set<Long> artifactIds);

  /**
   * The signatures of the indexes that name these artifacts, by the artifact; at most 1000 of all.
   */
  Mono<Map<Long, List<ArtifactAccessory>>> inheritedSignatures(Set<Long> artifactIds);

  /** One page of the accessories of an artifact. Fields: id, type, digest, size, creation_time. */
  Mono<Slice<ArtifactAccessory>> accessoriesOf(long artifactId, ListRequest request);

  /** What these artifacts name, if they are indexes. */
  Mono<Map<Long, List<ChildReference>>> references(Collection<Long> artifactIds);
}
