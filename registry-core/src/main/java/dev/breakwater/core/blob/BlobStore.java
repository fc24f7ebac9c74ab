package dev.breakwater.core.blob;

import dev.breakwater.core.oci.Digest;
import java.net.URI;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Where bytes are kept, addressed by digest. A driver knows no repositories and no permissions, and
 * it does not hash: the use case tells it the digest that it computed on the way in.
 *
 * <p>Errors: {@code RegistryException} STORAGE_FULL when there is no room, otherwise {@code
 * IOException} as it came.
 */
public interface BlobStore {
  /** The size in bytes of a stored blob, empty when there is none. */
  Mono<Long> stat(Digest digest);

  /**
   * Opens a stored blob, empty when there is none. Whoever gets it must close it.
   *
   * <p>A blob that is replaced or deleted meanwhile stays readable through an open content.
   */
  Mono<BlobContent> open(Digest digest);

  /**
   * Appends to an upload, which the first call makes. Whatever the upload holds beyond {@code
   * offset} is cut off first.
   *
   * @param offset how many bytes of it count
   * @return how many bytes the upload holds afterwards. When the body breaks off, the bytes that
   *     came stay, see {@link #uploaded}
   */
  Mono<Long> append(UploadId upload, long offset, BlobBody body);

  /** How many bytes the upload holds; 0 when it does not exist. */
  Mono<Long> uploaded(UploadId upload);

  /**
   * Whether {@link #replay} works while bytes still come. If not, it ends the upload: it can only
   * be committed or aborted afterwards.
   */
  default boolean replaysUnfinished() {
    return true;
  }

  /**
   * Reads the first bytes of an upload back.
   *
   * @param length how many, at most what the upload holds
   */
  Mono<Void> replay(UploadId upload, long length, BlobSink sink);

  /**
   * Makes the upload the content of the digest, durably: when this completes, the bytes survive a
   * power cut. It replaces what was stored under the digest before, so a damaged blob is repaired
   * by pushing it again.
   *
   * <p>A store that copies the bytes keeps the upload until {@link #forget}: whoever is killed
   * before the blob was noted can be asked again.
   *
   * @param size the upload's length in bytes; an upload of no bytes need not exist
   */
  Mono<Void> commit(UploadId upload, Digest digest, long size);

  /** Removes what is left of an upload that was committed; called when that was noted. */
  default Mono<Void> forget(UploadId upload) {
    return Mono.empty();
  }

  /** Whether {@link #storeWhole} saves work compared with an upload whose digest is named last. */
  default boolean storesWhole() {
    return false;
  }

  /**
   * Stores a blob whose digest is known before its bytes come, all of them in one body. Nothing is
   * left of it when it fails or is cancelled.
   *
   * @param upload holds no bytes that count
   * @param verify asked when all bytes are written and none is visible yet, with their number; its
   *     error is the answer, and nothing is stored
   * @return how many bytes were stored, as durably as by {@link #commit}
   */
  default Mono<Long> storeWhole(
      UploadId upload, Digest digest, BlobBody body, Function<Long, Mono<Void>> verify) {
    return append(upload, 0, body)
        .delayUntil(verify)
        .delayUntil(size -> commit(upload, digest, size));
  }

  /**
   * Where a client may get the blob without us, for a while; empty: nowhere.
   *
   * @return a location that needs no further credentials
   */
  default Mono<URI> locate(Digest digest) {
    return Mono.empty();
  }

  /** Throws the upload's bytes away; nothing happens when it does not exist. */
  Mono<Void> abort(UploadId upload);

  /** Deletes a blob; nothing happens when there is none. */
  Mono<Void> delete(Digest digest);

  /**
   * Sees to it that nothing changes the upload's bytes but what comes from here from now on: a
   * replica that was believed dead may wake up in the middle of a write.
   */
  default Mono<Void> seize(UploadId upload) {
    return Mono.empty();
  }
}
