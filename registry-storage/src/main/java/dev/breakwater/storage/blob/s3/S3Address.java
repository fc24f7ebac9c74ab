package dev.breakwater.storage.blob.s3;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * How a key becomes a URL.
 *
 * @param path what stands before the key, without a slash at its end
 */
record S3Address(String scheme, String host, int port, String path) {
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

  static S3Address of(S3Settings settings, Optional<URI> endpoint) {
    URI base = endpoint.orElseGet(() -> amazon(settings.region()));
    String scheme = base.getScheme().toLowerCase(Locale.ROOT);
    int port = base.getPort() > 0 ? base.getPort() : scheme.equals("https") ? 443 : 80;
    String path = Optional.ofNullable(base.getRawPath()).orElse("").replaceAll("/+$", "");
    return settings.pathStyle()
        ? new S3Address(scheme, base.getHost(), port, path + "/" + settings.bucket())
        : new S3Address(scheme, settings.bucket() + "." + base.getHost(), port, path);
  }

  private static URI amazon(String region) {
    String domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    return URI.create("https://s3." + region + "." + domain);
  }

  boolean isSecure() {
    return scheme.equals("https");
  }

  /** The path of an object, percent-encoded; of the bucket when the key is empty. */
  String pathOf(String key) {
    return key.isEmpty() ? path + (path.isEmpty() ? "/" : "") : path + "/" + encode(key);
  }

  /** Everything but unreserved characters and slashes (RFC 3986, section 2.3). */
  static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      if (PLAIN.indexOf(each) >= 0) {
        encoded.append((char) each);
      } else {
        encoded.append(String.format(Locale.ROOT, "%%%02X", each & 0xff));
      }
    }
    return encoded.toString();
  }
}
