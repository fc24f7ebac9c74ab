package dev.breakwater.http.login;

import java.util.regex.Pattern;

/**
 * What the CLI secret is good for in the management API: what replication between registries needs.
 */
final class CliSecretPlaces {
  private static final String API = "/api/v2\\.0";
  private static final Pattern READ =
      Pattern.compile(
          "(GET|HEAD) (/api/version|"
              + API
              + "/(systeminfo|labels|projects|repositories|projects/[^/]+(/repositories"
              + "(/[^/]+(/artifacts(/[^/]+)?)?)?)?))/?");
  private static final Pattern WRITE =
      Pattern.compile(
          "POST "
              + API
              + "/projects/?|DELETE "
              + API
              + "/projects/[^/]+/repositories/[^/]+/artifacts/[^/]+/tags/[^/]+/?");

  private CliSecretPlaces() {}

  static boolean include(String method, String path) {
    String place = method + " " + path;
    return READ.matcher(place).matches() || WRITE.matcher(place).matches();
  }
}
