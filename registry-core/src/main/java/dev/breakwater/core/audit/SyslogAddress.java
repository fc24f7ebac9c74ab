package dev.breakwater.core.audit;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** Where log messages go: {@code tcp://host:port} or {@code tls://host:port}; TCP if unsaid. */
public record SyslogAddress(boolean tls, String host, int port) {
  private static final int PORT = 514;
  private static final int TLS_PORT = 6514;

  /** Empty if the text is no such address. */
  public static Optional<SyslogAddress> parse(String text) {
    try {
      URI uri = new URI(text.contains("://") ? text : "tcp://" + text);
      String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
      boolean tls = scheme.equals("tls");
      boolean plain =
          uri.getHost() != null
              && uri.getRawUserInfo() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && uri.getRawPath().isEmpty();
      if (!plain || (!tls && !scheme.equals("tcp")) || uri.getPort() > 65_535) {
        return Optional.empty();
      }
      int port = uri.getPort() > 0 ? uri.getPort() : tls ? TLS_PORT : PORT;
      return Optional.of(new SyslogAddress(tls, uri.getHost(), port));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
