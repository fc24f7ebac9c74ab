package dev.breakwater.storage.blob.opendal;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where the objects are and how they are reached.
 *
 * @param options container, address and credentials, as the library names them
 * @param root what all keys begin with, without slashes at its ends; may be empty
 * @param partSize in bytes, 5 MiB or more: of the pieces of uploads and of the parts of blobs
 * @param partMemory in bytes, for the pieces of all uploads together
 * @param readMemory in bytes, for what all downloads together have not sent yet
 * @param redirect for how long clients may get a blob from the service themselves; empty: they get
 *     it from us
 * @param swift how to log in there; only for that service
 */
public record OpenDalSettings(
    CloudService service,
    Map<String, String> options,
    String root,
    int partSize,
    int partMemory,
    int readMemory,
    Optional<Duration> redirect,
    Optional<SwiftLogin> swift) {
  /** What most of the services want of every part but the last one. */
  public static final int SMALLEST_PART = 5 * 1024 * 1024;

  /** In bytes. */
  long largestBlob() {
    return service.largestBlob(partSize);
  }

  /** Without the options, some of which are secret: this may end up in a log. */
  @Override
  public String toString() {
    return "OpenDalSettings[" + service + "]";
  }
}
