package dev.breakwater.http.server;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The id that runs through everything that one request causes. */
final class RequestId {
  static final String HEADER = "X-Request-Id";
  private static final int MAX_LENGTH = 128;

  private RequestId() {}

  /** What the client sent, if it is fit for headers and log lines, else a new one. */
  static String of(@Nullable String sent) {
    return sent != null && isPlain(sent) ? sent : random();
  }

  private static String random() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
  }

  private static boolean isPlain(String id) {
    if (id.isEmpty() || id.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!word && "-_.:/=+".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
