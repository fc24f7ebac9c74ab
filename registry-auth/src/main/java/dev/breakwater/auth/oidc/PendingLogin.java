package dev.breakwater.auth.oidc;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.secret.SealBrokenException;
import dev.breakwater.core.secret.SecretBox;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A log-in that is under way at the provider. It travels in a sealed cookie, so that any replica
 * can finish it and none keeps it.
 *
 * @param state what the provider's answer must repeat
 * @param nonce what the ID token must hold
 * @param verifier what the code is redeemed with (RFC 7636)
 * @param redirect the address that the provider sends the browser back to
 * @param target where the browser goes afterwards
 */
record PendingLogin(
    String state,
    String nonce,
    String verifier,
    String redirect,
    String target,
    Instant expiresAt) {
  private static final String CONTEXT = "oidc-login";

  String seal(SecretBox box) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("state", state);
    json.put("nonce", nonce);
    json.put("verifier", verifier);
    json.put("redirect", redirect);
    json.put("target", target);
    json.put("expires_at", expiresAt.getEpochSecond());
    return box.seal(Json.write(json), CONTEXT);
  }

  /**
   * Reads a cookie.
   *
   * @throws RegistryException BAD_REQUEST if it is missing, is none of ours, or has expired
   */
  static PendingLogin open(SecretBox box, String cookie, Instant now) {
    try {
      JsonValue json = Json.parse(box.open(cookie, CONTEXT));
      PendingLogin pending =
          new PendingLogin(
              json.get("state").text().orElse(""),
              json.get("nonce").text().orElse(""),
              json.get("verifier").text().orElse(""),
              json.get("redirect").text().orElse(""),
              json.get("target").text().orElse("/"),
              Instant.ofEpochSecond(json.get("expires_at").wholeNumber().orElse(0)));
      if (now.isBefore(pending.expiresAt()) && !pending.state().isEmpty()) {
        return pending;
      }
    } catch (SealBrokenException | JsonException e) {
      throw unknown(e);
    }
    throw unknown(null);
  }

  private static RegistryException unknown(@Nullable Throwable cause) {
    String message = "this browser has begun no log-in, or too long ago; begin again";
    return cause == null
        ? new RegistryException(ErrorCode.BAD_REQUEST, message)
        : new RegistryException(ErrorCode.BAD_REQUEST, message, cause);
  }

  /** Without what is secret: this may end up in a log. */
  @Override
  public String toString() {
    return "PendingLogin[" + target + "]";
  }
}
