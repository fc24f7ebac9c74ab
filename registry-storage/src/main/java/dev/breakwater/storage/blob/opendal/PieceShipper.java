package dev.breakwater.storage.blob.opendal;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.storage.blob.ObjectKeys;
import dev.breakwater.storage.blob.StagedUpload;
import dev.breakwater.storage.blob.StagedUploads;
import dev.breakwater.storage.blob.StoredPart;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Makes the bytes of one request objects of its upload. */
final class PieceShipper {
  private static final int AT_ONCE = 8;

  private final CloudObjects objects;
  private final StagedUploads rows;
  private final ObjectKeys keys;
  private final OpenDalSettings settings;
  private final StagedUpload upload;
  private final AtomicInteger next;

  /**
   * @param upload as the beginning of this request left it
   */
  PieceShipper(
      CloudObjects objects,
      StagedUploads rows,
      ObjectKeys keys,
      OpenDalSettings settings,
      StagedUpload upload) {
    this.objects = objects;
    this.rows = rows;
    this.keys = keys;
    this.settings = settings;
    this.upload = upload;
    this.next = new AtomicInteger(upload.nextPart());
  }

  StagedUpload upload() {
    return upload;
  }

  /**
   * @param first the position of the first byte in the upload
   * @param bytes at least one
   */
  Mono<Void> ship(long first, ByteBuffer bytes) {
    if (first + bytes.remaining() > settings.largestBlob()) {
      return Mono.error(tooLarge(settings));
    }
    int number = next.getAndIncrement();
    StoredPart part = new StoredPart(number, first, bytes.remaining(), "", "");
    return objects
        .write(keys.piece(upload.id(), number), array(bytes))
        .then(Mono.defer(() -> rows.addPart(upload.id(), upload.generation(), part)))
        .flatMap(ours -> ours ? Mono.empty() : takeBack(number));
  }

  /** The request has ended. */
  Mono<Void> end() {
    return rows.end(upload.id(), upload.generation(), Optional.empty())
        .flatMap(
            ours -> ours ? Mono.empty() : Mono.error(() -> StagedUpload.superseded(upload.id())));
  }

  /** Removes the upload and what this request brought, unless another request has gone on. */
  Mono<Void> giveUp() {
    int first = upload.nextPart();
    return rows.delete(upload.id(), upload.generation())
        .filter(ours -> ours)
        .flatMapMany(_ -> Flux.range(first, next.get() - first))
        .flatMap(number -> objects.delete(keys.piece(upload.id(), number)), AT_ONCE)
        .then();
  }

  private Mono<Void> takeBack(int number) {
    return objects
        .delete(keys.piece(upload.id(), number))
        .then(Mono.error(() -> StagedUpload.superseded(upload.id())));
  }

  /** Without a copy if it is a whole array. */
  static byte[] array(ByteBuffer bytes) {
    if (bytes.hasArray() && bytes.position() == 0 && bytes.remaining() == bytes.array().length) {
      return bytes.array();
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(bytes.position(), copy);
    return copy;
  }

  static RegistryException tooLarge(OpenDalSettings settings) {
    return new RegistryException(
        ErrorCode.BODY_TOO_LARGE,
        "the blob has more than "
            + settings.largestBlob()
            + " bytes, which is the limit of this registry's storage ("
            + settings.service().title()
            + ")"
            + (settings.service().hasParts()
                ? "; the operator can set storage.opendal.part-size higher"
                : ""));
  }
}
