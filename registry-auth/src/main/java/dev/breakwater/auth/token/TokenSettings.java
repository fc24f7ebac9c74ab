package dev.breakwater.auth.token;

import java.time.Duration;

/**
 * What the tokens of this installation look like.
 *
 * @param lifetime how long a token is good for, unless administrators decided otherwise; at least
 *     {@link #MIN_LIFETIME}: clients take a shorter one for that long anyway
 * @param issuer the claim {@code iss}; a registry in front of us has it as {@code
 *     auth.token.issuer}
 * @param service the claim {@code aud}; a registry in front of us has it as {@code
 *     auth.token.service}
 */
public record TokenSettings(
    TokenAlgorithm algorithm, Duration lifetime, String issuer, String service) {
  public static final Duration MIN_LIFETIME = Duration.ofSeconds(60);

  /**
   * The longest that this setting and the administrators' {@code token_expiration} allow. What was
   * allowed before does not tell how long the tokens of then are good for, so keys are kept so
   * long.
   */
  public static final Duration MAX_LIFETIME = Duration.ofDays(1);

  /** By how much clocks may differ. */
  static final Duration LEEWAY = Duration.ofSeconds(60);

  public TokenSettings {
    if (lifetime.compareTo(MIN_LIFETIME) < 0 || lifetime.compareTo(MAX_LIFETIME) > 0) {
      throw new IllegalArgumentException(
          "tokens live from "
              + MIN_LIFETIME.toSeconds()
              + " to "
              + MAX_LIFETIME.toSeconds()
              + " s");
    }
  }
}
