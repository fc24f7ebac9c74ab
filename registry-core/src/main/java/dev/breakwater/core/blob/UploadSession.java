package dev.breakwater.core.blob;

import dev.breakwater.core.oci.RepositoryName;
import java.time.Instant;

/**
 * An upload in progress.
 *
 * @param repository where the blob will be linked
 * @param projectId the project of that repository
 * @param owner {@code Principal.key()} of whoever began it; nobody else may touch it
 * @param received how many bytes were acknowledged; the store may hold more, of a request that
 *     broke off
 */
public record UploadSession(
    UploadId id,
    RepositoryName repository,
    long projectId,
    String owner,
    long received,
    Instant startedAt) {
  UploadSession withReceived(long bytes) {
    return new UploadSession(id, repository, projectId, owner, bytes, startedAt);
  }
}
