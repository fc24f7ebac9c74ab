package dev.breakwater.core.icon;

import dev.breakwater.core.oci.Digest;
import reactor.core.publisher.Mono;

/** Which blobs are pictures of artifacts. */
@FunctionalInterface
public interface IconRepository {
  /** Whether an artifact has this picture, and its repository the blob. */
  Mono<Boolean> isIcon(Digest digest);
}
