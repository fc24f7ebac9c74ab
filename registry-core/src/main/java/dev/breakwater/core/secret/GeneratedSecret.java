package dev.breakwater.core.secret;

import java.security.SecureRandom;

/** Secrets that the program makes up: 32 letters and digits, 190 bits. */
public final class GeneratedSecret {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int LENGTH = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private GeneratedSecret() {}

  /** A new one, which keeps the {@link PasswordRule}. */
  public static String next() {
    while (true) {
      StringBuilder secret = new StringBuilder(LENGTH);
      for (int i = 0; i < LENGTH; i++) {
        secret.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
      }
      if (PasswordRule.isKept(secret.toString())) {
        return secret.toString();
      }
    }
  }
}
