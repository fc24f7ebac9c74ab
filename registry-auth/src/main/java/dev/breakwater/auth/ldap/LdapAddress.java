package dev.breakwater.auth.ldap;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where the directory is.
 *
 * @param tls whether the connection begins with TLS ({@code ldaps}); else StartTLS is asked for
 */
record LdapAddress(String host, int port, boolean tls) {
  private static final int PORT = 389;
  private static final int TLS_PORT = 636;

  /** Reads a URL such as {@code ldaps://directory.example.com}; without a scheme it is ldap. */
  static LdapAddress parse(String url) {
    if (url.isBlank()) {
      throw bad("no directory is set up: ldap_url is empty");
    }
    try {
      URI uri = new URI(url.contains("://") ? url : "ldap://" + url);
      boolean tls = "ldaps".equalsIgnoreCase(uri.getScheme());
      String host = uri.getHost();
      if (host == null || !(tls || "ldap".equalsIgnoreCase(uri.getScheme()))) {
        throw bad(url(url));
      }
      String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
      return new LdapAddress(
          bare, uri.getPort() < 0 ? (tls ? TLS_PORT : PORT) : uri.getPort(), tls);
    } catch (URISyntaxException e) {
      throw bad(url(url));
    }
  }

  private static String url(String url) {
    return "ldap_url '"
        + Printable.shorten(url)
        + "' is no URL such as ldaps://directory.example.com:636";
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
