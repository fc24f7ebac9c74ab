package dev.breakwater.http.app;

import dev.breakwater.auth.user.FirstAdministrator;
import dev.breakwater.http.app.config.HttpSettings;
import dev.breakwater.http.app.config.Settings;
import java.net.URI;
import java.util.Optional;

/** The line on standard output that says that the program is ready, and how to begin. */
final class Announcement {
  private Announcement() {}

  /**
   * @param password the administrator's password, when it was made up at this start
   */
  static String of(Settings settings, int port, Optional<String> password) {
    URI url = url(settings.http(), port);
    String login = "docker login " + authority(url) + " -u " + FirstAdministrator.USERNAME;
    String first =
        password
            .map(text ->
                "First start: the administrator's password is "
                    + text
                    + " (kept in "
                    + settings.dataDirectory().resolve("admin-password")
                    + ")\n")
            .orElse("");
    return first + "Breakwater ready at " + url + " - log in with: " + login;
  }

  private static URI url(HttpSettings http, int port) {
    String scheme = http.tls().isPresent() ? "https" : "http";
    boolean anywhere = http.address().equals("0.0.0.0") || http.address().equals("::");
    String host = anywhere ? "localhost" : http.address();
    String literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return http.externalUrl().orElseGet(() -> URI.create(scheme + "://" + literal + ":" + port));
  }

  private static String authority(URI url) {
    return url.getAuthority();
  }
}
