package dev.breakwater.auth.oidc;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;

/**
 * Where a browser goes after a log-in: a path of this server. Whatever a browser could take for
 * another host is refused: {@code //host}, {@code /\host}, a scheme, and what is stripped before it
 * looks (tabs, line ends and other control characters).
 */
record LocalPath(String value) {
  static final LocalPath ROOT = new LocalPath("/");
  private static final int MAX_LENGTH = 1024;

  LocalPath {
    boolean local =
        value.startsWith("/")
            && value.length() <= MAX_LENGTH
            && !value.startsWith("//")
            && value.chars().allMatch(LocalPath::isHarmless);
    if (!local) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "redirect_url must be a path of this server, such as /projects");
    }
  }

  private static boolean isHarmless(int c) {
    return c > ' ' && c < 0x7f && c != '\\';
  }
}
