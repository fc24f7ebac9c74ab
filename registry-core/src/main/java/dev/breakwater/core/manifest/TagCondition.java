package dev.breakwater.core.manifest;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import java.util.Optional;

/** What a client demands of a tag before it is written: compare and set (RFC 9110, section 13). */
public sealed interface TagCondition {
  /** Nothing. */
  record None() implements TagCondition {}

  /** {@code If-None-Match: *}: there must be no such tag. */
  record Absent() implements TagCondition {}

  /** {@code If-Match}: it must point to this manifest. */
  record PointsTo(Digest digest) implements TagCondition {}

  /** {@code If-Match: *}: there must be such a tag. */
  record Present() implements TagCondition {}

  /**
   * @throws RegistryException PRECONDITION_FAILED if the tag is not as demanded
   */
  default void require(TagMove found) {
    Optional<Digest> from = found.from();
    boolean holds =
        switch (this) {
          case None _ -> true;
          case Absent _ -> from.isEmpty();
          case PointsTo(Digest digest) -> from.equals(Optional.of(digest));
          case Present _ -> from.isPresent();
        };
    if (!holds) {
      throw new RegistryException(
          ErrorCode.PRECONDITION_FAILED,
          from.map(digest -> "tag " + found.tag() + " points to " + digest)
                  .orElse("there is no tag " + found.tag())
              + ", which is not what the request's condition demands; look again and decide anew");
    }
  }
}
