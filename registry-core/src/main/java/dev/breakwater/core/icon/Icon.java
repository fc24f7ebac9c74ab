package dev.breakwater.core.icon;

import java.util.Base64;

/**
 * A picture.
 *
 * @param contentType such as {@code image/svg+xml}
 * @param base64 its bytes
 */
public record Icon(String contentType, String base64) {
  static Icon of(String contentType, byte[] bytes) {
    return new Icon(contentType, Base64.getEncoder().encodeToString(bytes));
  }
}
