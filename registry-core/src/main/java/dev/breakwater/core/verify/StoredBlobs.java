package dev.breakwater.core.verify;

import dev.breakwater.core.oci.Digest;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The files of a blob store, for those who verify them. Pushes may put files in place at any time.
 *
 * <p>Whatever leaves its place is moved aside first and looked at there: if it turns out that a
 * push had replaced the file in that moment, the new one is put back. Errors are {@code
 * IOException}.
 */
public interface StoredBlobs {
  /** The files of a section in no particular order, in pages of at most {@code size}. */
  Flux<List<StoredBlob>> list(Section section, int size);

  /** How many entries of the section are none of ours. */
  Mono<Long> countForeign(Section section);

  /** Empty: there is no such file. */
  Mono<StoredBlob> find(Digest digest);

  /**
   * Reads the file.
   *
   * @param pace passes the bytes
   * @return what its bytes hash to; empty: it is gone
   */
  Mono<Digest> hash(Digest digest, Pace pace);

  /**
   * Moves the file into the quarantine, where nobody reads it and nobody deletes it.
   *
   * @return where it is now; empty: it is gone, or another one took its place
   */
  Mono<String> quarantine(StoredBlob file);

  /**
   * Deletes the file.
   *
   * @return false: it is gone, or another one took its place
   */
  Mono<Boolean> remove(StoredBlob file);

  /** Puts back what a run that was killed left aside; how many. */
  Mono<Long> putBack();
}
