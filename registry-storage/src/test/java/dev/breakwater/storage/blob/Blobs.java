package dev.breakwater.storage.blob;

import static java.util.Objects.requireNonNull;

import dev.breakwater.core.blob.BlobStore;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;

/** Pushes and pulls of whole blobs, for tests. */
public final class Blobs {
  private Blobs() {}

  public static Digest push(BlobStore store, byte[] content) {
    UploadId upload = UploadId.random();
    store.append(upload, 0, Bodies.of(content)).block();
    return close(store, upload, content);
  }

  /** Makes an upload that holds this content a blob, as a closing request does. */
  public static Digest close(BlobStore store, UploadId upload, byte[] content) {
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.commit(upload, digest, content.length).block();
    store.forget(upload).block();
    return digest;
  }

  public static byte[] read(BlobStore store, Digest digest) {
    return Bodies.read(requireNonNull(store.open(digest).block()));
  }
}
