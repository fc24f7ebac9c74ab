package dev.breakwater.storage.blob.opendal;

import java.net.URI;
import java.time.Instant;

/**
 * A log-in at OpenStack.
 *
 * @param storageUrl of the account, without a slash at its end
 */
record SwiftSession(URI storageUrl, String token, Instant until) {
  /** Without the token: this may end up in a log. */
  @Override
  public String toString() {
    return "SwiftSession[" + storageUrl + ", " + until + "]";
  }
}
