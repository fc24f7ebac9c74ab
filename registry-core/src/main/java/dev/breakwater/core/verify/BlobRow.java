package dev.breakwater.core.verify;

import dev.breakwater.core.oci.Digest;
import java.util.Optional;

/**
 * The row of a blob.
 *
 * @param size in bytes
 * @param repository one that links it; empty: none does, it will be collected
 * @param lost whether its file was found missing or damaged before
 */
public record BlobRow(
    long id, Digest digest, long size, Optional<String> repository, boolean lost) {
  boolean isLinked() {
    return repository.isPresent();
  }
}
