package dev.breakwater.core.blob;

/**
 * Which bytes of the blob a request carries: {@code Content-Range: first-last}, both inclusive (OCI
 * distribution-spec, "Pushing a blob in chunks").
 */
public record ChunkRange(long first, long last) {
  /** How many bytes the request must have. */
  public long length() {
    return last - first + 1;
  }
}
