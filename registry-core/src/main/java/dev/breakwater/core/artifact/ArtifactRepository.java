package dev.breakwater.core.artifact;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Lists manifests as artifacts. */
public interface ArtifactRepository {
  /**
   * One page of a project, usually in the order of their numbers, without tags. Fields: id, digest,
   * repository_name, media_type, manifest_media_type, artifact_type, push_time.
   *
   * @param latestOnly only the one of each repository that was pushed last
   */
  Mono<Slice<Artifact>> list(long projectId, boolean latestOnly, ListRequest request);

  /** The tags of these artifacts, by name; at most 1000 of all. */
  Mono<Map<Long, List<ArtifactTag>>> tags(Set<Long> artifactIds);
}
