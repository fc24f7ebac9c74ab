package dev.breakwater.auth.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What the Authorization header of a request holds (RFC 7235, RFC 7617, RFC 6750). */
sealed interface AuthorizationHeader {
  /** Longer headers are refused unread; the longest token that is issued stays far below. */
  int MAX_LENGTH = 64 * 1024;

  /** There is none. */
  record None() implements AuthorizationHeader {}

  record Basic(String username, String password) implements AuthorizationHeader {
    /** Without the password: this may end up in a log. */
    @Override
    public String toString() {
      return "Basic[" + username + "]";
    }
  }

  record Bearer(String token) implements AuthorizationHeader {
    /** Without the token: this may end up in a log. */
    @Override
    public String toString() {
      return "Bearer[]";
    }
  }

  /**
   * Something else.
   *
   * @param reason for the client, without the header's value
   */
  record Unusable(String reason) implements AuthorizationHeader {}

  static AuthorizationHeader parse(@Nullable String value) {
    if (value == null || value.isEmpty()) {
      return new None();
    }
    if (value.length() > MAX_LENGTH) {
      return new Unusable("the Authorization header is longer than " + MAX_LENGTH + " characters");
    }
    int space = value.indexOf(' ');
    String scheme = space < 0 ? value : value.substring(0, space);
    String rest = space < 0 ? "" : value.substring(space).strip();
    if (scheme.equalsIgnoreCase("Bearer")) {
      return rest.isEmpty() ? new Unusable("the bearer token is empty") : new Bearer(rest);
    }
    if (scheme.equalsIgnoreCase("Basic")) {
      return basic(rest);
    }
    return new Unusable("the Authorization header is neither Basic nor Bearer");
  }

  private static AuthorizationHeader basic(String encoded) {
    try {
      String pair = new String(Base64.getDecoder().decode(encoded), UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0
          ? new Unusable("the Basic credentials have no colon between user name and password")
          : basic(pair.substring(0, colon), pair.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      return new Unusable("the Basic credentials are not base64");
    }
  }

  /** Clients without a log-in send both empty: that is no credential at all. */
  private static AuthorizationHeader basic(String username, String password) {
    return username.isEmpty() && password.isEmpty() ? new None() : new Basic(username, password);
  }
}
