package dev.breakwater.storage.blob.opendal;

import java.net.URI;
import java.util.Optional;

/**
 * Who we are at OpenStack.
 *
 * @param authUrl of Keystone, up to and with {@code /v3}, or of a TempAuth
 * @param container where the objects are
 * @param tenant the project; empty: that of the user
 * @param domain of user and project
 * @param region empty: the first one with a Swift
 * @param endpointType which of its addresses: public, internal or admin
 */
public record SwiftLogin(
    URI authUrl,
    String container,
    String username,
    String password,
    Optional<String> tenant,
    String domain,
    Optional<String> region,
    String endpointType) {

  /** Keystone speaks version 3; whatever is older has the user in a header. */
  boolean isKeystone() {
    return authUrl.getPath().endsWith("/v3");
  }

  /** Without the password: this may end up in a log. */
  @Override
  public String toString() {
    return "SwiftLogin[" + authUrl + ", " + username + "]";
  }
}
