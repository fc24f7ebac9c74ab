package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.Digest;

/**
 * A manifest as it was pushed.
 *
 * @param digest the digest it was pushed by, or SHA-256 when it was pushed by tag
 * @param mediaType what the push said it is
 * @param bytes exactly what was pushed; not to be changed
 */
public record StoredManifest(Digest digest, String mediaType, byte[] bytes) {
  /** Whether it says that this content lies elsewhere and need not be here. */
  public boolean namesRemotely(Digest content) {
    return ManifestParser.parse(mediaType, bytes).blobs().stream()
        .anyMatch(blob -> blob.remote() && blob.digest().equals(content));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredManifest stored
        && stored.digest.equals(digest)
        && stored.mediaType.equals(mediaType);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return mediaType + " " + digest;
  }
}
