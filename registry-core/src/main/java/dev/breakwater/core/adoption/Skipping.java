package dev.breakwater.core.adoption;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Mono;

/** What of another registry cannot be adopted is told and left out; the rest goes on. */
final class Skipping {
  /** Not those that say that we, the database or the storage failed: these end the run. */
  private static final Set<ErrorCode> OF_CONTENT =
      EnumSet.of(
          ErrorCode.BAD_REQUEST,
          ErrorCode.NAME_INVALID,
          ErrorCode.TAG_INVALID,
          ErrorCode.DIGEST_INVALID,
          ErrorCode.MANIFEST_INVALID,
          ErrorCode.MANIFEST_UNKNOWN,
          ErrorCode.MANIFEST_TOO_LARGE,
          ErrorCode.MANIFEST_BLOB_UNKNOWN,
          ErrorCode.PRECONDITION_FAILED,
          ErrorCode.QUOTA_EXCEEDED);

  private Skipping() {}

  /** Empty if it was skipped. */
  static <T> Mono<T> orSkip(AdoptionReport report, String what, Mono<T> work) {
    return work.onErrorResume(
        RegistryException.class,
        error ->
            OF_CONTENT.contains(error.code())
                ? Mono.fromRunnable(() -> report.skipped(what, String.valueOf(error.getMessage())))
                : Mono.error(error));
  }
}
