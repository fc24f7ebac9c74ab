package dev.breakwater.core.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Seals what must not be readable at rest (signing keys, credentials to other systems) with
 * AES-256-GCM. The AES key is derived (HKDF-SHA256) from the installation's secret key.
 *
 * <p>A sealed text is {@code v1.} and base64url of nonce, ciphertext and tag. It opens only in the
 * context that it was sealed for, so that a value copied to another row or column does not open.
 */
public final class SecretBox {
  /** What a secret key needs at least, in characters: 32 of base64 are 192 bits. */
  public static final int MINIMUM_KEY_LENGTH = 32;

  private static final String VERSION = "v1.";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKey key;
  private final String fingerprint;
  private final SecureRandom random = new SecureRandom();

  private SecretBox(SecretKey key, String fingerprint) {
    this.key = key;
    this.fingerprint = fingerprint;
  }

  /**
   * A box with this secret key.
   *
   * @throws IllegalArgumentException if the key is shorter than {@link #MINIMUM_KEY_LENGTH}; the
   *     message does not hold it
   */
  public static SecretBox withKey(String secretKey) {
    String trimmed = secretKey.strip();
    if (trimmed.length() < MINIMUM_KEY_LENGTH) {
      throw new IllegalArgumentException(
          "The secret key has "
              + trimmed.length()
              + " characters; it needs at least "
              + MINIMUM_KEY_LENGTH);
    }
    try {
      KDF hkdf = KDF.getInstance("HKDF-SHA256");
      byte[] material = trimmed.getBytes(UTF_8);
      SecretKey sealing = hkdf.deriveKey("AES", parameters(material, "breakwater sealing v1", 32));
      byte[] print = hkdf.deriveData(parameters(material, "breakwater fingerprint v1", 16));
      return new SecretBox(sealing, HexFormat.of().formatHex(print));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The Java runtime has no HKDF-SHA256", e);
    }
  }

  private static HKDFParameterSpec parameters(byte[] material, String purpose, int length) {
    return HKDFParameterSpec.ofExtract()
        .addIKM(material)
        .thenExpand(purpose.getBytes(UTF_8), length);
  }

  /** Tells two secret keys apart without telling anything of either: 32 hexadecimal characters. */
  public String fingerprint() {
    return fingerprint;
  }

  /**
   * Seals {@code plain}.
   *
   * @param context what the value is and whose, such as {@code token-key:<id>}
   */
  public String seal(byte[] plain, String context) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, context);
      byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + cipher.getOutputSize(plain.length));
      cipher.doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
      return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The Java runtime cannot seal with AES-GCM", e);
    }
  }

  /**
   * Opens what {@link #seal} sealed.
   *
   * @throws SealBrokenException if it was sealed with another key or for another context, or was
   *     changed since
   */
  public byte[] open(String sealed, String context) {
    if (!sealed.startsWith(VERSION)) {
      throw new SealBrokenException(context);
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(sealed.substring(VERSION.length()));
      if (bytes.length < NONCE_BYTES) {
        throw new SealBrokenException(context);
      }
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(bytes, NONCE_BYTES), context);
      return cipher.doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new SealBrokenException(context, e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context.getBytes(UTF_8));
    return cipher;
  }

  /** Without the key: this may end up in a log. */
  @Override
  public String toString() {
    return "SecretBox[" + fingerprint + "]";
  }
}
