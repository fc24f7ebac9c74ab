package dev.breakwater.benchmarks.client;

import java.io.IOException;
import java.util.List;

/**
 * An image that a registry has.
 *
 * @param blobs the config comes first
 */
public record PushedImage(byte[] manifest, String digest, List<Blob> blobs) {
  /** The config or a layer. */
  public record Blob(String digest, int length) {}

  /**
   * Pulls it as containerd does: asks for the tag's digest, gets the manifest by it, the config and
   * the layers.
   */
  public void pull(RegistryClient client, String repository, String tag) throws IOException {
    if (!client.digestOf(repository, tag).equals(digest)) {
      throw new IOException("the tag " + tag + " is of another image");
    }
    client.getManifest(repository, digest).discard();
    for (Blob blob : blobs) {
      Response answer = client.getBlob(repository, blob.digest());
      if (answer.status() != 200 || answer.length() != blob.length()) {
        throw new IOException(
            "status " + answer.status() + ", " + answer.length() + " bytes instead of a blob");
      }
      answer.discard();
    }
  }

  /** Pushes it once more as docker does: asks for each blob, which is there, puts the manifest. */
  public void pushAgain(RegistryClient client, String repository, String tag) throws IOException {
    for (Blob blob : blobs) {
      if (!client.hasBlob(repository, blob.digest())) {
        throw new IOException("a blob is not there that was pushed");
      }
    }
    client.putManifest(repository, tag, manifest);
  }
}
