package dev.breakwater.core.icon;

import dev.breakwater.core.blob.SmallBlobs;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import reactor.core.publisher.Mono;

/**
 * Shows pictures to everybody who knows their digest: those that come with the program, and those
 * that artifacts brought along.
 */
public final class ReadIcon {
  private final IconRepository icons;
  private final SmallBlobs blobs;

  public ReadIcon(IconRepository icons, SmallBlobs blobs) {
    this.icons = icons;
    this.blobs = blobs;
  }

  /**
   * The picture with this digest.
   *
   * @throws RegistryException (as error signal) NOT_FOUND if there is none
   */
  public Mono<Icon> get(Digest digest) {
    return Mono.justOrEmpty(Icons.find(digest))
        .switchIfEmpty(Mono.defer(() -> own(digest)))
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(ErrorCode.NOT_FOUND, "the icon " + digest + " not found")));
  }

  /** Looked at once more: nothing but a picture leaves here. */
  private Mono<Icon> own(Digest digest) {
    return icons
        .isIcon(digest)
        .filter(known -> known)
        .flatMap(_ -> blobs.read(digest, Icons.MAX_SIZE))
        .flatMap(bytes -> Mono.justOrEmpty(Icons.typeOf(bytes).map(type -> Icon.of(type, bytes))));
  }
}
