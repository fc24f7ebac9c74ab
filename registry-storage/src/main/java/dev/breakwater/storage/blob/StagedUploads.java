package dev.breakwater.storage.blob;

import dev.breakwater.core.blob.UploadId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * The rows by which any replica can go on with an upload. Like those of sessions they need not
 * outlive the machine.
 *
 * <p>Whatever a request writes names its generation, and does nothing once a later request has
 * begun: the methods that return a flag say false then.
 */
public interface StagedUploads {
  /**
   * Begins a request; the upload is made when there is none.
   *
   * @param key of the object that the parts of a new one will become
   */
  Mono<StagedUpload> begin(UploadId upload, String key);

  /** Begins an upload whose parts will become a blob; what there was under its id is forgotten. */
  Mono<StagedUpload> beginDirect(UploadId upload, String key);

  /** The other way round: what was begun directly is forgotten. Other replicas know it no more. */
  Mono<StagedUpload> beginAnew(UploadId upload, String key);

  /** Empty when there is none. */
  Mono<StagedUpload> find(UploadId upload);

  /** What the service calls the upload. */
  Mono<Boolean> setMultipart(UploadId upload, long generation, String multipart);

  /** Forgets what lies behind the offset. */
  Mono<Boolean> cut(UploadId upload, long generation, long offset);

  Mono<Boolean> addPart(UploadId upload, long generation, StoredPart part);

  /**
   * Ends the request in order.
   *
   * @param tail what was too small for a part
   */
  Mono<Boolean> end(UploadId upload, long generation, Optional<StagedUpload.Tail> tail);

  /** Forgets tails by their numbers. */
  Mono<Void> forgetTails(UploadId upload, List<Long> numbers);

  /** The parts have become an object. */
  Mono<Boolean> seal(UploadId upload, long generation, long size);

  Mono<Void> delete(UploadId upload);

  /** The same by a request, see above. */
  Mono<Boolean> delete(UploadId upload, long generation);

  /**
   * Whether what the service calls an upload is known.
   *
   * @param since only of those that somebody touched since
   */
  Mono<Boolean> isRecorded(String multipart, Instant since);

  /** Which of these there are. */
  Mono<Set<UploadId>> existing(Collection<UploadId> uploads);

  /**
   * Touches those whose sessions somebody touched since: they go on, and their bytes may take long.
   */
  Mono<Void> touchLiving(Instant since);

  /**
   * Uploads that nobody touched since, oldest first.
   *
   * @param limit at most so many
   */
  Mono<List<UploadId>> untouchedSince(Instant instant, int limit);
}
