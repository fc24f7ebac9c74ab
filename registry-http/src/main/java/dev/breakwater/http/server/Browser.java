package dev.breakwater.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Protection against requests that another site makes a browser send (CSRF). Every browser has a
 * secret in a cookie: its session's, or one without a session. The token is a keyed hash of that
 * secret, so that any replica can check it and nothing is stored; it ends with the session.
 */
public final class Browser {
  /** The cookie of a session. */
  public static final String SESSION = "sid";

  /** The header of the token, in requests and answers. */
  public static final String TOKEN = "X-Harbor-CSRF-Token";

  /** The cookie of a browser that is not logged in. */
  static final String VISITOR = "_breakwater_csrf";

  private static final byte[] PURPOSE = "breakwater csrf v1".getBytes(UTF_8);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SECRET_BYTES = 32;

  private Browser() {}

  /** Whether a browser sent this, as far as its cookies tell. */
  public static boolean sent(Exchange exchange) {
    return secret(exchange).isPresent() && exchange.header("Authorization").isEmpty();
  }

  /** The token that belongs to a session. */
  public static String token(String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(PURPOSE));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The Java runtime has no HmacSHA256", e);
    }
  }

  /** Tells the browser its token; one that has no secret yet is given one. */
  public static void handOut(Exchange exchange) {
    exchange.response().header(TOKEN, token(secret(exchange).orElseGet(() -> welcome(exchange))));
  }

  /**
   * @param always also if there is no cookie at all
   * @throws RegistryException DENIED if a request that changes something comes from a browser
   *     without its token; the token is in the answer
   */
  public static void requireToken(Exchange exchange, boolean always) {
    if (isSafe(exchange)) {
      return;
    }
    boolean session = Cookies.find(exchange, SESSION).isPresent();
    if (always || session || sent(exchange)) {
      Optional<String> secret = secret(exchange);
      String given = exchange.header(TOKEN).orElse("");
      if (secret.isEmpty() || !isEqual(token(secret.get()), given)) {
        handOut(exchange);
        throw new RegistryException(
            ErrorCode.DENIED, "CSRF token invalid: send " + TOKEN + " as the last answer gave it");
      }
    }
  }

  /** Whether it only reads. */
  public static boolean isSafe(Exchange exchange) {
    String method = exchange.method().name();
    return method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
  }

  private static Optional<String> secret(Exchange exchange) {
    return Cookies.find(exchange, SESSION)
        .or(() -> Cookies.find(exchange, VISITOR))
        .filter(secret -> !secret.isEmpty());
  }

  private static String welcome(Exchange exchange) {
    byte[] bytes = new byte[SECRET_BYTES];
    RANDOM.nextBytes(bytes);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Cookies.set(exchange, VISITOR, secret, "Strict");
    return secret;
  }

  private static boolean isEqual(String expected, String given) {
    return MessageDigest.isEqual(expected.getBytes(UTF_8), given.getBytes(UTF_8));
  }
}
