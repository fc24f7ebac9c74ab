package dev.breakwater.core.manifest;

/**
 * @param sparseIndexes whether an index may name children that are not here
 */
public record ManifestSettings(boolean sparseIndexes) {
  /** The largest manifest that is accepted, in bytes (OCI distribution-spec: at least 4 MB). */
  public static final int MAX_SIZE = 4 * 1024 * 1024;
}
