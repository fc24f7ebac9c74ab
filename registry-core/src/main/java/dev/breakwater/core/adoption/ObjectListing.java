package dev.breakwater.core.adoption;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What lies beside the blobs: folders and small files in which another registry keeps its links.
 * Paths are relative to {@code docker/registry/v2}; their names are separated by slashes. Errors
 * are those of {@link dev.breakwater.core.blob.BlobStore}.
 */
public interface ObjectListing {
  /** The names of the folders directly in a folder, in order; none if there is no such folder. */
  Flux<String> folders(String path);

  /**
   * The first bytes of a file, which may have none; empty: there is no such file.
   *
   * @param limit how many at most
   */
  Mono<byte[]> read(String path, int limit);
}
